import { runService } from '@patchtide/service-kit';
import { serviceOptions } from './service-options';

void runService(serviceOptions(process.env));
