"""The development broker: AMQP 0-9-1 on one machine, where no RabbitMQ is at hand."""
