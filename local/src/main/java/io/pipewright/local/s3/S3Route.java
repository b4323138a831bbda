package io.pipewright.local.s3;

import io.pipewright.local.http.ClientGoneException;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.IOException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * S3's REST protocol over the store, for every client that isn't in this process: path style, and virtual hosts below
 * {@code localhost}.
 *
 * <p>Answers requests that are signed for S3 with whatever credentials, by header or URL, and all to {@code
 * <bucket>.localhost}. What S3 can do and this twin can't is answered with 501 {@code NotImplemented} and its name.
 */
public final class S3Route implements Route {
    private static final long DRAINED_BYTES = 1L << 30;

    private final S3Store store;
    private final WireOperations operations;

    public S3Route(S3Store store) {
        this.store = store;
        this.operations = new WireOperations(store);
    }

    @Override
    public boolean matches(Request request) {
        return Authorization.isForS3(request) || WireCall.isVirtualHost(request.host());
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        String requestId = Caller.newRequestId();
        String hostId = newHostId();
        response.header("Server", "AmazonS3").header("x-amz-request-id", requestId).header("x-amz-id-2", hostId);
        try {
            Authorization.check(request, store.instant());
            String endpoint = "http://" + request.header("Host").orElse("localhost");
            operations.answer(WireCall.of(request, response, new Caller(requestId, "127.0.0.1", endpoint)));
        } catch (Refusal refusal) {
            refuse(request, response, refusal, requestId, hostId);
        } catch (ClientGoneException e) {
            throw e;
        }
    }

    private static String newHostId() {
        byte[] id = new byte[48];
        ThreadLocalRandom.current().nextBytes(id);
        return Base64.getEncoder().encodeToString(id);
    }

    private static void refuse(Request request, Response response, Refusal refusal, String requestId, String hostId)
            throws IOException {
        request.drain(DRAINED_BYTES);
        refusal.headers().forEach(response::header);
        if (refusal.status() == 304) {
            response.send(304);
            return;
        }
        StringBuilder xml = new StringBuilder(WireXml.PROLOG).append("<Error>");
        WireXml.text(xml, "Code", refusal.code());
        WireXml.text(xml, "Message", refusal.getMessage());
        refusal.members().forEach((name, value) -> WireXml.text(xml, name, value));
        WireXml.text(xml, "RequestId", requestId);
        WireXml.text(xml, "HostId", hostId);
        response.send(refusal.status(), "application/xml", xml.append("</Error>").toString());
    }
}
