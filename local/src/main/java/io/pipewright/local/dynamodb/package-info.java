/**
 * The durable tables of the local home: DynamoDB's item operations behind {@link
 * software.amazon.awssdk.services.dynamodb.DynamoDbClient}, kept in the data directory's database.
 *
 * <p>Left out on purpose and refused by name: indexes, streams, scans, update expressions, PartiQL, backups and the
 * parameters that predate expressions. Nothing is throttled and every read is consistent.
 */
package io.pipewright.local.dynamodb;
