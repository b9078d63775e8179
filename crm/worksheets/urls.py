"""Addresses under /worksheets/."""

from django.urls import path

from crm.worksheets.views import details, downloads, exports, lists, new_fields, reviews, runs, undos, uploads

urlpatterns = [
    path("", lists.worksheet_list, name="worksheet-list"),
    path("new/", uploads.new_worksheet, name="worksheet-new"),
    path("export/<str:acronym>/", exports.export, name="worksheet-export"),
    path("export/<str:acronym>/file/", downloads.export_file, name="worksheet-export-file"),
    path("template/<str:acronym>/", downloads.template_file, name="worksheet-template"),
    path("undo/", undos.new_undo, name="undo-new"),
    path("undo/<int:number>/", undos.undo_page, name="undo"),
    path("<int:number>/", reviews.worksheet_page, name="worksheet"),
    path("<int:number>/do/", runs.act, name="worksheet-act"),
    path("<int:number>/fields/<int:position>/", new_fields.new_field, name="worksheet-new-field"),
    path("<int:number>/changes/", details.changes, name="worksheet-changes"),
    path("<int:number>/rows/<str:outcome>/", details.rows, name="worksheet-rows"),
    path("<int:number>/refused/", details.refused, name="worksheet-refused"),
    path("<int:number>/errors/", downloads.error_worksheet, name="worksheet-errors"),
    path("<int:number>/before/", downloads.before_image, name="worksheet-before"),
]
