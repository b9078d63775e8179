"""Addresses under /worksheets/."""

from django.urls import path

from crm.worksheets import views

urlpatterns = [
    path("", views.worksheet_list, name="worksheet-list"),
    path("new/", views.new_worksheet, name="worksheet-new"),
    path("export/<str:acronym>/", views.export, name="worksheet-export"),
    path("<int:number>/", views.worksheet_page, name="worksheet"),
    path("<int:number>/errors/", views.error_worksheet, name="worksheet-errors"),
]
