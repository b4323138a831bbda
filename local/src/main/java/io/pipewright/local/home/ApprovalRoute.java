package io.pipewright.local.home;

import io.pipewright.functions.approval.ApprovalPage;
import io.pipewright.functions.execution.Engine;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.IOException;

/** The approval pages. */
final class ApprovalRoute implements Route {
    private static final String PATH = "/approvals/";
    private static final int MOST_BYTES = 64 * 1024;

    private final ApprovalPage page;

    ApprovalRoute(Engine engine) {
        this.page = new ApprovalPage(engine);
    }

    @Override
    public boolean matches(Request request) {
        return request.rawPath().startsWith(PATH) && request.header("Authorization").isEmpty();
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        String token = request.rawPath().substring(PATH.length());
        ApprovalPage.Page answer = request.method().equals("POST")
                ? page.post(token, QueryRoute.form(request.bodyText(MOST_BYTES))) : page.get(token);
        answer.headers().forEach(response::header);
        response.send(answer.status(), "text/html; charset=utf-8", answer.html());
    }
}
