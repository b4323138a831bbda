package io.pipewright.functions.invoke;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.store.ActionRecord;
import java.time.Instant;

/**
 * Gives workers what they reach their job's artifacts with: in CodePipeline a session of the pipeline's role that may do nothing but
 * read the inputs and write the outputs.
 */
public interface ArtifactCredentials {

    /**
     * Temporary credentials.
     *
     * @param expires when they end; CodePipeline's last about 15 minutes
     */
    record Session(String accessKeyId, String secretAccessKey, String sessionToken, Instant expires) {
        /** Not the secrets, so that none comes into a log by accident. */
        @Override
        public String toString() {
            return "Session until " + expires;
        }
    }

    /**
     * Credentials for the artifacts of this action execution.
     *
     * @throws io.pipewright.functions.role.RoleRefusedException when the pipeline's role can't be assumed
     */
    Session session(ActionRecord action, Instant now);

    /** Sessions of the pipelines' roles where roles are assumed, else {@link #PLACEHOLDERS}. */
    static ArtifactCredentials of(Engine engine) {
        return engine.settings().assumesRoles() ? new RoleCredentials(engine) : PLACEHOLDERS;
    }

    /**
     * Credentials that have the form of real ones and open nothing. They do in the local home, where S3 serves every caller; in an
     * account a function's artifacts can't be reached with them.
     */
    ArtifactCredentials PLACEHOLDERS = (action, now) ->
            new Session("ASIALOCALPLACEHOLDER", "local", "local", now.plusSeconds(900));
}
