/** Pipewright in an AWS account: the CDK app, one stack, a construct per feature with its grants beside its resources. */
package io.pipewright.infra;
