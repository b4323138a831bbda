/** Pipelines as resources of CloudFormation stacks: its requests to create, update and delete them, and their answers. */
package io.pipewright.functions.customresource;
