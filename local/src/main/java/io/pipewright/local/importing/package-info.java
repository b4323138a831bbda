/**
 * What AWS CodePipeline's users already have, read as what Pipewright takes: answers of GetPipeline, and the CodePipeline resources and
 * rules of CloudFormation templates. Pure: text comes in, requests of AWS's APIs and whatever is in their way come out.
 */
package io.pipewright.local.importing;
