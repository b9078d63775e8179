"""Addresses of the schema editor."""

from django.urls import path

from crm.schema.designer import views as designer
from crm.schema.views import entities, fields, indexes, plans, publications, wholes

urlpatterns = [
    path("schema/", wholes.entity_list, name="entity-list"),
    path("schema/new/", wholes.new_entity, name="entity-new"),
    path("schema/<str:acronym>/", entities.entity_page, name="entity-page"),
    path("schema/<str:acronym>/settings/", wholes.entity_settings, name="entity-settings"),
    path("schema/<str:acronym>/delete/", wholes.delete_entity, name="entity-delete"),
    path("schema/<str:acronym>/restore/", wholes.restore_entity, name="entity-restore"),
    path("schema/<str:acronym>/plan/", plans.plan_page, name="entity-plan"),
    path("schema/<str:acronym>/purge/<str:column>/", plans.purge_page, name="entity-purge"),
    path("schema/<str:acronym>/publications/", publications.publication_list, name="entity-publications"),
    path("schema/<str:acronym>/publications/<int:number>/", publications.publication_page, name="entity-publication"),
    path("schema/<str:acronym>/publications/<int:number>/revert/", plans.revert_page, name="entity-revert"),
    path("schema/<str:acronym>/indexes/", indexes.index_page, name="entity-indexes"),
    path("schema/<str:acronym>/indexes/<str:name>/drop/", indexes.drop_index, name="index-drop"),
    path("schema/<str:acronym>/fields/<str:name>/", fields.field_page, name="field-page"),
    path("schema/<str:acronym>/fields/<str:name>/type/", fields.type_page, name="field-type"),
    path("schema/<str:acronym>/fields/<str:name>/hide/", fields.hide_field, name="field-hide"),
    path("schema/<str:acronym>/fields/<str:name>/restore/", fields.restore_field, name="field-restore"),
    path("schema/<str:acronym>/forms/", designer.form_index, name="form-index"),
    path("schema/<str:acronym>/forms/deleted/<int:number>/", designer.form_restore, name="form-restore"),
    path("schema/<str:acronym>/forms/<str:name>/", designer.record_tab, name="form-record"),
    path("schema/<str:acronym>/forms/<str:name>/list/", designer.list_tab, name="form-list"),
    path("schema/<str:acronym>/forms/<str:name>/settings/", designer.settings_tab, name="form-settings"),
    path("schema/<str:acronym>/forms/<str:name>/deed/", designer.form_deed, name="form-deed"),
    path("schema/<str:acronym>/forms/<str:name>/sections/<str:key>/", designer.section_page, name="form-section"),
    path("schema/<str:acronym>/forms/<str:name>/fields/<str:field>/", designer.place_page, name="form-place"),
]
