"""The addresses of the dashboard, the command menu and the choice of language."""

from django.urls import path
from django.views.i18n import set_language

from crm.ui import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("search/", views.search, name="search"),
    path("search/found/", views.found, name="search-found"),
    path("language/", set_language, name="set_language"),
]
