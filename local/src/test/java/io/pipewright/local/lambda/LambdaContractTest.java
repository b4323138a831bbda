package io.pipewright.local.lambda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.local.database.Database;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/**
 * What doesn't need a function, which only the twin makes from files. Runs against the twin, or against the endpoint
 * that {@code AWS_ENDPOINT_URL_LAMBDA} names.
 */
class LambdaContractTest {
    private static final String ENDPOINT = System.getenv("AWS_ENDPOINT_URL_LAMBDA");

    @TempDir
    Path directory;

    private final String missing = "contract-" + UUID.randomUUID();
    private Database database;
    private LambdaClient client;

    @BeforeEach
    void open() {
        if (ENDPOINT != null) {
            client = LambdaClient.builder().endpointOverride(URI.create(ENDPOINT)).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))).build();
        } else {
            database = Database.open(directory.resolve("lambda.db"), Database.Durability.NORMAL);
            client = new LocalLambda(database, directory.resolve("functions"), Clock.systemUTC(), Map.of(), "us-east-1", "123456789012");
        }
    }

    @AfterEach
    void close() {
        client.close();
        if (database != null) {
            database.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = InvocationType.class, names = {"REQUEST_RESPONSE", "EVENT", "DRY_RUN"})
    void aFunctionThatIsNotThereIsNotInvoked(InvocationType type) {
        assertNotFound("arn:aws:lambda:us-east-1:123456789012:function:" + missing, missing, type);
        assertNotFound("arn:aws:lambda:us-east-1:123456789012:function:" + missing,
            "arn:aws:lambda:us-east-1:123456789012:function:" + missing, type);
    }

    private void assertNotFound(String arn, String name, InvocationType type) {
        assertThatThrownBy(() -> client.invoke(request -> request.functionName(name).invocationType(type)))
            .isInstanceOfSatisfying(ResourceNotFoundException.class, thrown -> {
                assertThat(thrown.statusCode()).isEqualTo(404);
                assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo("ResourceNotFoundException");
                assertThat(thrown.awsErrorDetails().errorMessage()).isEqualTo("Function not found: " + arn);
            });
    }

    @Test
    void aFunctionThatIsNotThereIsNotDescribed() {
        assertThatThrownBy(() -> client.getFunction(request -> request.functionName(missing)))
            .isInstanceOfSatisfying(ResourceNotFoundException.class, thrown -> assertThat(thrown.awsErrorDetails().errorMessage())
                .isEqualTo("Function not found: arn:aws:lambda:us-east-1:123456789012:function:" + missing));
        assertThat(client.listFunctions().functions()).noneMatch(function -> function.functionName().equals(missing));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "a/b", "a b", "a.json", "arn:aws:s3:::bucket", "a:b:c:d"})
    void whatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> client.invoke(request -> request.functionName(name))).isInstanceOfSatisfying(LambdaException.class, thrown -> {
            assertThat(thrown.statusCode()).isEqualTo(400);
            assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo("ValidationException");
            assertThat(thrown.awsErrorDetails().errorMessage()).contains("at 'functionName' failed to satisfy constraint");
        });
    }
}
