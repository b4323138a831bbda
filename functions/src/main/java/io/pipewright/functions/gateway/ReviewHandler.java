package io.pipewright.functions.gateway;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.pipewright.functions.approval.ApprovalPage;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import io.pipewright.functions.wire.ApiError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The approval pages: {@code GET} and {@code POST /approvals/{token}}. */
public final class ReviewHandler implements RequestStreamHandler {
    private static final String PATH = "/approvals/";
    /** A comment of 512 characters, each encoded in at most twelve. */
    private static final int MOST_BYTES = 64 * 1024;
    /** {@code none} is a person's own doing, such as a reload. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final ApprovalPage page;

    /** As Lambda calls it. */
    public ReviewHandler() {
        this(Home.engine());
    }

    public ReviewHandler(Engine engine) {
        this.page = new ApprovalPage(engine);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        answer(GatewayEvent.read(input)).write(output);
    }

    private GatewayAnswer answer(GatewayEvent event) {
        // What leads nowhere gets the page of an unknown token.
        String token = event.path().startsWith(PATH) ? event.path().substring(PATH.length()) : "";
        return switch (event.method()) {
            case "GET", "HEAD" -> html(page.get(token));
            case "POST" -> html(isForeign(event) ? ApprovalPage.foreign() : page.post(token, form(event)));
            default -> new GatewayAnswer(405, Map.of("Allow", "GET, HEAD, POST"), "");
        };
    }

    /** Browsers say where a form was; what says nothing is no browser, and has the link from somebody. */
    private static boolean isForeign(GatewayEvent event) {
        return !OWN.containsAll(event.header("Sec-Fetch-Site"));
    }

    private static GatewayAnswer html(ApprovalPage.Page page) {
        return GatewayAnswer.html(page.status(), page.headers(), page.html());
    }

    /** The fields of a form; a body that no form of ours sends has none. */
    private static Map<String, String> form(GatewayEvent event) {
        byte[] body = body(event);
        if (body.length > MOST_BYTES) {
            return Map.of();
        }
        Map<String, String> form = new HashMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
        }
        return form;
    }

    private static byte[] body(GatewayEvent event) {
        try {
            return event.body();
        } catch (ApiError malformed) {
            return new byte[0];
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }
}
