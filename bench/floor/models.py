"""Tables of the floor."""

from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=60)
    email = models.CharField(max_length=200)
    tier = models.CharField(max_length=10)

    class Meta:
        app_label = "floor"


class Ticket(models.Model):
    subject = models.CharField(max_length=200)
    status = models.SmallIntegerField()
    priority = models.SmallIntegerField()
    queue = models.SmallIntegerField()
    agent = models.IntegerField(null=True, db_index=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    created = models.DateTimeField()
    updated = models.DateTimeField()
    due = models.DateTimeField(null=True)

    class Meta:
        app_label = "floor"
        indexes = [
            models.Index(fields=["-updated"], name="t_open", condition=models.Q(status__lt=3)),
            models.Index(fields=["-updated"], name="t_closed", condition=models.Q(status__gte=3)),
        ]


class Message(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE)
    kind = models.CharField(max_length=1)
    author = models.IntegerField()
    internal = models.BooleanField(default=False)
    at = models.DateTimeField()
    body = models.TextField()

    class Meta:
        app_label = "floor"
