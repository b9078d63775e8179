"""Addresses under /jobs/."""

from django.urls import path

from crm.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.job_list, name="list"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
]
