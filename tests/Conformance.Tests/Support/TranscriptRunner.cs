using System.Text.Json.Nodes;

namespace Conformance.Tests.Support;

/// <summary>Sends the requests of a transcript to a server and writes down its answers in the transcript's form.</summary>
public sealed class TranscriptRunner : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Api api;
    private readonly Scrubber scrubber;
    private readonly CommandLine? commands;
    private WatchReader? watch;

    private TranscriptRunner(Api api, string server, CommandLine? commands)
    {
        this.api = api;
        this.commands = commands;
        scrubber = new(
            new Dictionary<string, string>
            {
                ["ns"] = api.Namespace,
                ["group"] = $"{api.Namespace}.example.com",
                ["configmaps"] = api.ConfigMaps,
                ["deployments"] = api.Deployments,
                ["crds"] = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                ["widgets"] = $"/apis/{api.Namespace}.example.com/v1/namespaces/{api.Namespace}/widgets",
                ["server"] = server.TrimEnd('/'),
            }
        );
    }

    /// <summary>The kind every transcript may use is defined first where it says so.</summary>
    public static async Task<TranscriptRunner> StartAsync(Api api, Transcript transcript, CommandLine? commands)
    {
        if (transcript.NeedsWidgets)
        {
            await api.DefineWidgetsAsync();
        }

        return new(api, api.Address, commands);
    }

    /// <summary>Does one step; the answer as a transcript has it.</summary>
    public async Task<string> RunAsync(Transcript.Step step)
    {
        var words = scrubber.Expand(step.Line).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var body = step.Body.Length == 0 ? null : scrubber.Expand(step.Body);
        switch (words[0])
        {
            case "$":
                return await CommandAsync(words[1..], body, step.Show);
            case "FILE":
                await (commands ?? throw NoCommands()).WriteAsync(words[1], body ?? "", api.Token);
                return "written";
            case "DEFINITION":
                api.Remember(words[1]);
                return "noted";
            case "WATCH":
                await CloseAsync();
                watch = await WatchReader.OpenAsync(api, words[1], Header(step, "Accept"));
                return "open";
            case "READ":
                return await EventsAsync(watch!, int.Parse(words[1]), step.Show);
            case "EVENTS":
                return await EventsAsync(words, step);
            default:
                return await RequestAsync(words, body, step);
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private static InvalidOperationException NoCommands() => new("this transcript runs no programs");

    private static string? Header(Transcript.Step step, string name) =>
        step
            .Headers.FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal))
            ?[(name.Length + 2)..];

    private async Task<string> RequestAsync(string[] words, string? body, Transcript.Step step)
    {
        var (method, type) = words[0] switch
        {
            "MERGE" => (HttpMethod.Patch, "application/merge-patch+json"),
            "JSONPATCH" => (HttpMethod.Patch, "application/json-patch+json"),
            "STRATEGIC" => (HttpMethod.Patch, "application/strategic-merge-patch+json"),
            "APPLY" => (HttpMethod.Patch, "application/apply-patch+yaml"),
            var other => (new HttpMethod(other), "application/json"),
        };
        type = Header(step, "Content-Type") ?? type;
        var headers = step
            .Headers.Where(line =>
                !line.StartsWith("Accept: ", StringComparison.Ordinal)
                && !line.StartsWith("Content-Type: ", StringComparison.Ordinal)
            )
            .Select(line => line.Split(": ", 2))
            .Select(pair => (pair[0], pair[1]))
            .ToArray();
        var until = words.Length > 3 && words[2] == "until" ? int.Parse(words[3]) : 0;
        var text = string.Join(' ', words.Skip(4));
        var deadline = TimeProvider.System.GetTimestamp();
        Answer answer;
        do
        {
            answer = await api.SendAsync(
                method,
                words[1],
                body,
                body is null ? null : type,
                Header(step, "Accept"),
                headers
            );
            if (until != 0)
            {
                await Task.Delay(20, api.Token);
            }
        } while (
            until != 0
            && (
                answer.Code != until
                || !Json.Sorted(answer.Body)!.ToJsonString().Contains(text, StringComparison.Ordinal)
            )
            && TimeProvider.System.GetElapsedTime(deadline) < Patience
        );

        if (answer.Code == 404 && answer.Body.ContainsKey("paths"))
        {
            // Where nothing is, servers of several parts list their paths; others say no more than that.
            return "404\n404 page not found";
        }

        if (answer.Body["code"] is JsonValue told)
        {
            told.GetValue<int>().ShouldBe(answer.Code);
        }

        var lines = new List<string> { $"{answer.Code}" };
        lines.AddRange(answer.Warnings.Select(warning => "Warning: " + scrubber.ScrubText(warning)));
        if (answer.Body is not { Count: 1 } || answer.Body["text"] is not JsonValue plain)
        {
            lines.Add(CompactJson.Write(scrubber.Scrub(answer.Body, step.Show)));
        }
        else if (plain.GetValue<string>().TrimEnd() is { Length: > 0 } shown)
        {
            lines.Add(scrubber.ScrubText(shown));
        }

        return string.Join('\n', lines);
    }

    private async Task<string> EventsAsync(string[] words, Transcript.Step step)
    {
        var path = words[2] + (words[2].Contains('?', StringComparison.Ordinal) ? "&" : "?") + "watch=true";
        using var response = await api.OpenAsync(HttpMethod.Get, path, accept: Header(step, "Accept"));
        if ((int)response.StatusCode != 200)
        {
            return await RequestAsync(["GET", path], null, step);
        }

        await using var reader = await WatchReader.OpenAsync(api, words[2], Header(step, "Accept"));
        return await EventsAsync(reader, words[1] == "*" ? int.MaxValue : int.Parse(words[1]), step.Show);
    }

    private async Task<string> EventsAsync(WatchReader reader, int count, IReadOnlyList<string> show)
    {
        var lines = new List<string> { "200" };
        while (count-- > 0 && await reader.NextAsync() is var (type, value))
        {
            if (type == "BOOKMARK")
            {
                // Its version is that of whatever happened last anywhere.
                value["metadata"]!["resourceVersion"] = "{rv}";
            }

            lines.Add($"{type} {CompactJson.Write(scrubber.Scrub(value, show))}");
        }

        return string.Join('\n', lines);
    }

    private async Task<string> CommandAsync(string[] words, string? input, IReadOnlyList<string> show)
    {
        var until = Array.IndexOf(words, "until");
        var wanted = until < 0 ? "" : string.Join(' ', words[(until + 1)..]);
        while (true)
        {
            var (code, text) = await (commands ?? throw NoCommands()).RunAsync(
                until < 0 ? words : words[..until],
                input,
                api.Token
            );
            if (until < 0 || text.Contains(wanted, StringComparison.Ordinal))
            {
                return $"{code}\n{CommandLine.Tidy(scrubber.ScrubText(text), show)}".TrimEnd('\n');
            }
        }
    }

    private async Task CloseAsync()
    {
        if (watch is not null)
        {
            await watch.DisposeAsync();
        }
    }
}
