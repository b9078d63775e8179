"""The addresses of the dashboard and of the choice of language."""

from django.urls import path
from django.views.i18n import set_language

from crm.ui import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("language/", set_language, name="set_language"),
]
