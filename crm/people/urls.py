"""Addresses of sign-in and people."""

from allauth.account.views import LoginView, LogoutView, SignupView
from django.urls import path
from django.views.generic import RedirectView

from crm.people.views import account, audit, people

urlpatterns = [
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(http_method_names=["post"]), name="account_logout"),
    # Names that allauth looks up; accounts are made by administrators. Without account_reset_password it offers no dead link.
    path("sign-in/up/", SignupView.as_view(), name="account_signup"),
    path("sign-in/inactive/", account.inactive, name="account_inactive"),
    path("account/email/", RedirectView.as_view(url="/account/"), name="account_email"),
    path("people/", people.people, name="people"),
    path("people/audit/", audit.audit, name="audit"),
    path("people/<uuid:pk>/", people.person_page, name="person"),
    path("people/<uuid:pk>/role/", people.change_role, name="person-role"),
    path("people/<uuid:pk>/password/", people.reset_password, name="person-password"),
    path("people/<uuid:pk>/sessions/", people.end_sessions, name="person-sessions"),
    path("people/<uuid:pk>/deactivate/", people.deactivate, name="person-deactivate"),
    path("people/<uuid:pk>/activate/", people.activate, name="person-activate"),
    path("account/", account.account, name="account"),
    path("account/password/", account.change_password, name="account_change_password"),
]
