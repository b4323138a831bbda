package io.pipewright.local.home;

import io.pipewright.local.http.QueryAnswer;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import io.pipewright.local.sns.SnsQuery;
import io.pipewright.local.sts.StsQuery;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The services that speak awsQuery: STS, which clients ask who they are, and SNS. */
final class QueryRoute implements Route {
    private static final int MOST_BYTES = 512 * 1024;

    private final StsClient sts;
    private final SnsClient sns;

    QueryRoute(StsClient sts, SnsClient sns) {
        this.sts = sts;
        this.sns = sns;
    }

    @Override
    public boolean matches(Request request) {
        return request.method().equals("POST") && request.rawPath().equals("/")
                && request.header("Content-Type")
                        .map(type -> type.startsWith("application/x-www-form-urlencoded")).orElse(false);
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        String id = UUID.randomUUID().toString();
        Map<String, String> form = form(request.bodyText(MOST_BYTES));
        QueryAnswer answer = SnsQuery.VERSION.equals(form.get("Version"))
                ? SnsQuery.answer(form, sns, id) : StsQuery.answer(form, sts, id);
        response.header("x-amzn-RequestId", id);
        response.send(answer.status(), "text/xml", answer.xml());
    }

    static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
        }
        return form;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Not percent-encoding after all: the text is what was sent.
            return text;
        }
    }
}
