package io.pipewright.functions.invoke;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.action.Artifacts;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.Store;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.codepipeline.model.EncryptionKey;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Sessions of the pipeline's role that read the job's inputs and write its outputs, with the store's key, and no more. */
final class RoleCredentials implements ArtifactCredentials {
    private static final int SECONDS = 900;

    private final Engine engine;

    RoleCredentials(Engine engine) {
        this.engine = engine;
    }

    @Override
    public Session session(ActionRecord action, Instant now) {
        Store store = engine.store();
        PipelineVersion version = store.run(action.run())
                .flatMap(run -> store.version(run.generation(), action.version())).orElseThrow();
        PipelineDeclaration pipeline = version.declaration();
        Credentials credentials = engine.roles().scoped(pipeline.roleArn(), engine.settings().pipelineArn(pipeline.name()),
                action.id(), policy(action, key(version, action)), SECONDS);
        return new Session(credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken(),
                credentials.expiration());
    }

    /** The key's ARN; keys named by id or alias can't stand in a policy, so any key is meant, which the role's own policy bounds. */
    private String key(PipelineVersion version, ActionRecord action) {
        EncryptionKey key = Artifacts.store(version.declaration(), version.action(action.stage(), action.action()),
                engine.settings().region()).encryptionKey();
        return key != null && key.id().contains(":key/") ? key.id() : "*";
    }

    static String policy(ActionRecord action, String key) {
        ObjectNode policy = JsonNodeFactory.instance.objectNode().put("Version", "2012-10-17");
        ArrayNode statements = policy.putArray("Statement");
        allow(statements, List.of("s3:GetObject", "s3:GetObjectVersion"), objects(action.inputs()));
        allow(statements, List.of("s3:PutObject"), objects(action.outputs()));
        allow(statements, List.of("kms:Decrypt", "kms:GenerateDataKey"), List.of(key));
        return policy.toString();
    }

    private static List<String> objects(List<ArtifactLocation> locations) {
        return locations.stream().map(one -> "arn:aws:s3:::" + one.bucket() + "/" + one.key()).toList();
    }

    private static void allow(ArrayNode statements, List<String> actions, List<String> resources) {
        if (!resources.isEmpty()) {
            ObjectNode statement = statements.addObject().put("Effect", "Allow");
            actions.forEach(statement.putArray("Action")::add);
            resources.forEach(statement.putArray("Resource")::add);
        }
    }
}
