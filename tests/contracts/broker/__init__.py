"""What we ask of a broker: the same cases on the development broker and on RabbitMQ, which is right if they differ."""
