"""Addresses of the schema editor."""

from django.urls import path

from crm.schema.designer import views
from crm.schema.views import discarding, entities, entity_settings, fields, health, indexes, plans, publications

urlpatterns = [
    path("schema/", entity_settings.entity_list, name="entity-list"),
    path("schema/new/", entity_settings.new_entity, name="entity-new"),
    path("schema/health/", health.health, name="schema-health"),
    path("schema/<str:acronym>/", entities.entity_page, name="entity-page"),
    path("schema/<str:acronym>/settings/", entity_settings.entity_settings, name="entity-settings"),
    path("schema/<str:acronym>/delete/", entity_settings.delete_entity, name="entity-delete"),
    path("schema/<str:acronym>/restore/", entity_settings.restore_entity, name="entity-restore"),
    path("schema/<str:acronym>/plan/", plans.plan_page, name="entity-plan"),
    path("schema/<str:acronym>/discard/", discarding.discard_page, name="entity-discard"),
    path("schema/<str:acronym>/discard/back/", discarding.bring_back, name="entity-discard-back"),
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
    path("schema/<str:acronym>/forms/", views.form_index, name="form-index"),
    path("schema/<str:acronym>/forms/deleted/<int:number>/", views.form_restore, name="form-restore"),
    path("schema/<str:acronym>/forms/<str:name>/", views.record_tab, name="form-record"),
    path("schema/<str:acronym>/forms/<str:name>/list/", views.list_tab, name="form-list"),
    path("schema/<str:acronym>/forms/<str:name>/settings/", views.settings_tab, name="form-settings"),
    path("schema/<str:acronym>/forms/<str:name>/deed/", views.form_command, name="form-deed"),
    path("schema/<str:acronym>/forms/<str:name>/sections/<str:key>/", views.section_page, name="form-section"),
    path("schema/<str:acronym>/forms/<str:name>/fields/<str:field>/", views.place_page, name="form-place"),
]
