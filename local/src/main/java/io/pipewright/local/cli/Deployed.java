package io.pipewright.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Where the files lie that S3 deploy actions wrote: in their bucket, and as plain files that a person can open. */
final class Deployed {
    private static final int MOST_SHOWN = 8;
    private static final int MOST_FILES = 500;
    private static final long MOST_BYTES = 100L << 20;

    private final Connection connection;
    private final S3Client s3;

    Deployed(Connection connection) {
        this.connection = connection;
        this.s3 = connection.s3();
    }

    /** Copies what was deployed out of the buckets, and says where it is. */
    List<String> show(List<ActionExecutionDetail> actions) {
        List<String> lines = new ArrayList<>();
        for (ActionExecutionDetail action : actions) {
            if (action.status() == ActionExecutionStatus.SUCCEEDED
                    && action.input().actionTypeId().category() == ActionCategory.DEPLOY
                    && action.input().actionTypeId().provider().equals("S3")) {
                lines.addAll(show(action));
            }
        }
        return lines;
    }

    private List<String> show(ActionExecutionDetail action) {
        Map<String, String> said = action.input().resolvedConfiguration();
        String bucket = said.get("BucketName");
        String prefix = prefix(said);
        List<S3Object> objects = s3.listObjectsV2(request -> request.bucket(bucket).prefix(prefix).maxKeys(MOST_FILES + 1)).contents();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(action.actionName() + " deployed to s3://" + bucket + "/" + prefix);
        if (objects.size() <= MOST_FILES && objects.stream().mapToLong(S3Object::size).sum() <= MOST_BYTES) {
            Path folder = connection.data().resolve("deployed").resolve(bucket);
            List<Path> files = objects.stream().flatMap(object -> copy(bucket, object.key(), folder).stream()).toList();
            files.stream().limit(MOST_SHOWN).forEach(file -> lines.add("  " + file));
            if (files.size() > MOST_SHOWN) {
                lines.add("  … and " + (files.size() - MOST_SHOWN) + " more files");
            }
        }
        lines.add((connection.own().isPresent() ? "While pipewright serve runs: " : "")
                + "aws --endpoint-url " + connection.lastingEndpoint() + " s3 ls --recursive s3://" + bucket + "/" + prefix);
        return lines;
    }

    /** What {@code ObjectKey} means depends on {@code Extract}: the folder of the files, or the one file. */
    private static String prefix(Map<String, String> said) {
        String key = said.getOrDefault("ObjectKey", "");
        boolean folder = "true".equalsIgnoreCase(said.get("Extract")) && !key.isEmpty() && !key.endsWith("/");
        return folder ? key + "/" : key;
    }

    /** Keys may hold {@code ..}; such objects stay in their bucket. */
    private Optional<Path> copy(String bucket, String key, Path folder) {
        Path file = folder.resolve(key).normalize();
        if (!file.startsWith(folder) || key.endsWith("/")) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(file.getParent());
            try (ResponseInputStream<GetObjectResponse> content = s3.getObject(request -> request.bucket(bucket).key(key))) {
                Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            }
            return Optional.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write " + file, e);
        }
    }
}
