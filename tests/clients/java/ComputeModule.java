// SPDX-License-Identifier: MIT
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.SequenceInputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A compute module as Palantir's Java SDK is on the wire: plain HTTP to 127.0.0.1:8946, by the JDK's own client, which
 * would rather speak HTTP/2 and offers the upgrade. A job is a bare object; a result is posted in chunks; what a function
 * throws is posted as plain text; schemas are never reported. An argument takes the place of the fixed address.
 */
public final class ComputeModule {
    private final HttpClient client = HttpClient.newHttpClient();
    private final String runtime;
    private final String token;

    private ComputeModule(String runtime, String token) {
        this.runtime = runtime;
        this.token = token;
    }

    public static void main(String[] args) throws Exception {
        String token = Files.readString(Path.of(System.getenv("MODULE_AUTH_TOKEN")));
        new ComputeModule(args.length > 0 ? args[0] : "http://127.0.0.1:8946", token).serve();
    }

    private void serve() throws Exception {
        while (true) {
            var answer = client.send(request("/job").GET().build(), BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                run(answer.body());
            } else if (answer.statusCode() != 204) {
                System.err.println("a poll was answered " + answer.statusCode() + " " + answer.body());
                Thread.sleep(1000);
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(runtime + path)).header("Module-Auth-Token", token);
    }

    private void run(String job) throws Exception {
        if (job.contains("computeModuleJobV1")) {
            throw new IllegalStateException("a job in an envelope: " + job);
        }
        String jobId = text(job, "jobId");
        InputStream result;
        try {
            result = call(text(job, "queryType"), job);
        } catch (RuntimeException thrown) {
            var trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            result = bytes("JobId: " + jobId + "\n" + trace);
        }
        InputStream body = result;
        var post = request("/results/" + jobId)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofInputStream(() -> body))
                .build();
        // The SDK does not look at the status; its test does.
        var answer = client.send(post, BodyHandlers.ofString());
        if (answer.statusCode() != 204) {
            System.err.println("a result was answered " + answer.statusCode() + " " + answer.body());
        }
    }

    private static InputStream call(String function, String query) {
        switch (function) {
            case "add":
                return bytes(Integer.toString(number(query, "a") + number(query, "b")));
            case "repeat":
                return bytes(repeat(query));
            case "stream":
                var pieces = IntStream.range(0, number(query, "pieces")).mapToObj(i -> i == 0 ? repeat(query) : piece(query));
                return new SequenceInputStream(Collections.enumeration(
                        pieces.map(ComputeModule::bytes).collect(java.util.stream.Collectors.toList())));
            default:
                throw new IllegalArgumentException("bad");
        }
    }

    private static String repeat(String query) {
        System.out.println("took " + text(query, "ticket"));
        return piece(query);
    }

    private static String piece(String query) {
        String ticket = text(query, "ticket");
        int size = number(query, "size");
        return '"' + ticket.repeat(size / ticket.length() + 1).substring(0, size) + '"';
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String json, String member) {
        return find(json, member, "\"([^\"\\\\]*)\"");
    }

    private static int number(String json, String member) {
        return Integer.parseInt(find(json, member, "(-?[0-9]+)"));
    }

    private static String find(String json, String member, String value) {
        Matcher matcher = Pattern.compile('"' + member + "\"\\s*:\\s*" + value).matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + member + " in " + json);
        }
        return matcher.group(1);
    }
}
