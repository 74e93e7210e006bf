import { BaseRpcContext } from '@nestjs/microservices';
import type { Message } from '../consume';

/** What `@Ctx()` gives a handler beside its payload: the message with its subject, deliveries, `working()` and `signal`. */
export class JetStreamContext extends BaseRpcContext<[Message]> {
  constructor(message: Message) {
    super([message]);
  }

  get message(): Message {
    return this.getArgs()[0];
  }
}
