"""Addresses of the schema editor."""

from django.urls import path

from crm.schema import views
from crm.schema.designer import views as designer

urlpatterns = [
    path("schema/", views.entity_list, name="entity-list"),
    path("schema/<str:acronym>/", views.entity_page, name="entity-page"),
    path("schema/<str:acronym>/plan/", views.plan_page, name="entity-plan"),
    path("schema/<str:acronym>/fields/<str:name>/", views.field_page, name="field-page"),
    path("schema/<str:acronym>/forms/", designer.form_index, name="form-index"),
    path("schema/<str:acronym>/forms/deleted/<int:number>/", designer.form_restore, name="form-restore"),
    path("schema/<str:acronym>/forms/<str:name>/", designer.record_tab, name="form-record"),
    path("schema/<str:acronym>/forms/<str:name>/list/", designer.list_tab, name="form-list"),
    path("schema/<str:acronym>/forms/<str:name>/settings/", designer.settings_tab, name="form-settings"),
    path("schema/<str:acronym>/forms/<str:name>/deed/", designer.form_deed, name="form-deed"),
    path("schema/<str:acronym>/forms/<str:name>/fields/<str:field>/", designer.place_page, name="form-place"),
]
