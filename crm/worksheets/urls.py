"""Addresses under /worksheets/."""

from django.urls import path

from crm.worksheets.views import downloads, lists, reviews, uploads

urlpatterns = [
    path("", lists.worksheet_list, name="worksheet-list"),
    path("new/", uploads.new_worksheet, name="worksheet-new"),
    path("export/<str:acronym>/", downloads.export, name="worksheet-export"),
    path("<int:number>/", reviews.worksheet_page, name="worksheet"),
    path("<int:number>/errors/", downloads.error_worksheet, name="worksheet-errors"),
]
