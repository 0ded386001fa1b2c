from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "tokbridge.records"
    label = "records"
    verbose_name = "Tokbridge records"
