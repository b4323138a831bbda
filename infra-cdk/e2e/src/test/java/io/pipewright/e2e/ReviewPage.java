package io.pipewright.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** The page behind an approval's link, as a browser gets it. */
record ReviewPage(URI address) {

    HttpResponse<String> open() throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address).GET());
    }

    HttpResponse<String> decide(String decision) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("summary=Seen+and+liked&decision=" + decision)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
