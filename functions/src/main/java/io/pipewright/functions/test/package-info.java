/** Test actions; the providers are those of other categories. */
package io.pipewright.functions.test;
