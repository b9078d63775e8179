"""Addresses of the schema editor."""

from django.urls import path

from crm.schema import views

urlpatterns = [
    path("schema/", views.entity_list, name="entity-list"),
    path("schema/<str:acronym>/", views.entity_page, name="entity-page"),
    path("schema/<str:acronym>/plan/", views.plan_page, name="entity-plan"),
    path("schema/<str:acronym>/fields/<str:name>/", views.field_page, name="field-page"),
]
