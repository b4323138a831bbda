/** The API: {@code CodePipeline_20150709} in awsJson1_1. Reads the request, checks it, and hands it to what knows. */
package io.pipewright.functions.api;
