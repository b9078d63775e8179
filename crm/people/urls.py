"""Addresses of sign-in and people."""

from allauth.account.views import LoginView, LogoutView, SignupView
from django.urls import path
from django.views.generic import RedirectView

from crm.people import views

urlpatterns = [
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(http_method_names=["post"]), name="account_logout"),
    # Names that allauth looks up; accounts are made by administrators. Without account_reset_password it offers no dead link.
    path("sign-in/up/", SignupView.as_view(), name="account_signup"),
    path("sign-in/inactive/", RedirectView.as_view(url="/sign-in/"), name="account_inactive"),
    path("account/email/", RedirectView.as_view(url="/account/"), name="account_email"),
    path("people/", views.people, name="people"),
    path("people/audit/", views.audit, name="audit"),
    path("people/<uuid:pk>/role/", views.change_role, name="person-role"),
    path("account/", views.account, name="account"),
    path("account/password/", views.change_password, name="account_change_password"),
]
