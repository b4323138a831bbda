package io.pipewright.local.http;

import java.util.Optional;
import java.util.Set;

/**
 * Who may speak to a server on this machine. A page from the internet can make a browser send requests to loopback,
 * under its own name once that name resolves to 127.0.0.1 (rebinding), or as a cross-site form or fetch; both show in
 * headers that a page can't forge.
 */
final class LoopbackGuard {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private LoopbackGuard() {
    }

    /** Why the request is refused, or nothing. */
    static Optional<String> refusal(Request request) {
        if (request.headerValues("Host").size() != 1 || !isLoopback(request.host())) {
            return Optional.of("Refused: the Host header must be a loopback name (localhost, 127.0.0.1, [::1] or"
                    + " <bucket>.localhost). This server answers on this machine only.");
        }
        String own = "http://" + request.header("Host").orElse("");
        if (request.headerValues("Origin").stream().anyMatch(origin -> !origin.equalsIgnoreCase(own))) {
            return Optional.of("Refused: the request comes from a page of another origin than " + own + ".");
        }
        if (is(request, "Sec-Fetch-Site", "cross-site") && !isClickedLink(request)) {
            return Optional.of("Refused: the request comes from a page of another site (Sec-Fetch-Site: cross-site).");
        }
        return Optional.empty();
    }

    /** A link in a mail that is read in a browser: it opens a page of ours in full, and a GET changes nothing here. */
    private static boolean isClickedLink(Request request) {
        return request.method().equals("GET") && is(request, "Sec-Fetch-Mode", "navigate")
                && is(request, "Sec-Fetch-Dest", "document");
    }

    private static boolean is(Request request, String header, String value) {
        return request.header(header).filter(value::equalsIgnoreCase).isPresent();
    }

    private static boolean isLoopback(String host) {
        return NAMES.contains(host) || host.matches("[a-z0-9._-]+\\.localhost");
    }
}
