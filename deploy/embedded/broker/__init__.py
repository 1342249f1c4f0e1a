"""The development broker: AMQP 0-9-1 on one machine, where no RabbitMQ is at hand.

    python -m deploy.embedded.broker --port 8072 --journal broker.sqlite [--users users.json]

A connection (`connection`, `opening`) has channels (`channel`) that publish (`publishing`), declare (`declarations`)
and consume (`deliveries`). They meet in the virtual host (`vhost`), which knows exchanges (`exchanges`) and queues
(`queues`); `journal` keeps what is durable, and lets no confirm out before it is on the disk. All of it is one thread.

`tests/contracts/broker` runs the same cases on it and on RabbitMQ 3.10 and 4.0. What RabbitMQ has and this has not:

- TLS, permissions, other virtual hosts than "/", plugins, a cluster; it listens on 127.0.0.1 only;
- transactions (`tx`), direct reply-to, CC and BCC, consumer and message priorities, single active consumers, streams,
  policies, `x-max-length-bytes`, `connection.blocked`: all messages are held in memory besides the journal;
- names of queues and exchanges that pamqp cannot write (letters, digits and `-_.:@#,/+ ` only, 127 at most).

What it does otherwise: restored messages are all marked as redelivered; a message that a consumer acknowledged just
before kill -9 may come again; dead-lettering is one step with the removal, so nothing is lost between them; a quorum
queue is a durable queue that counts deliveries (limit 20 unless told, as in RabbitMQ 4) and keeps messages that are not
marked persistent too.
"""
