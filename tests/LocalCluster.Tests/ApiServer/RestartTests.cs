using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Binnacle.Testing;
using Kubernetes.Client;
using LocalCluster.Tests.Node;

namespace LocalCluster.Tests.ApiServer;

/// <summary>A cluster with a data directory goes on where it was, however it ended.</summary>
public sealed class RestartTests : IDisposable
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    private const string Things = "/apis/example.com/v1/namespaces/default/things";

    private const string Events = "/api/v1/namespaces/default/events";
    private const string OtherEvents = "/apis/events.k8s.io/v1/namespaces/default/events";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource deadline = new(Limit);

    public void Dispose()
    {
        folder.Dispose();
        deadline.Dispose();
    }

    [Fact, Trait("Guarantee", "S1")]
    public async Task A_killed_server_has_every_write_that_it_answered()
    {
        var directory = folder.Of("cluster");
        var kubeconfig = folder.Of("admin.kubeconfig");
        var answered = new ConcurrentDictionary<string, string>();
        for (var round = 0; round < 3; round++)
        {
            using var server = Start(directory, kubeconfig);
            using var client = await ConnectAsync(server, kubeconfig);
            foreach (var (name, version) in answered)
            {
                var found = await SendAsync(client, HttpMethod.Get, $"{ConfigMaps}/{name}");
                found["metadata"]!["resourceVersion"]!.GetValue<string>().ShouldBe(version, name);
            }

            var writers = Enumerable.Range(0, 4).Select(writer => WriteAsync(client, $"r{round}-w{writer}", answered));
            var writing = Task.WhenAll(writers);
            var before = answered.Count;
            await Eventually.BecomesTrueAsync(() => answered.Count > before + 100, "100 answered writes");
            server.Kill();
            await server.WaitForExitAsync(deadline.Token);
            await writing;
        }

        answered.Count.ShouldBeGreaterThan(300);
    }

    [Fact, Trait("Guarantee", "S4")]
    public async Task Credentials_definitions_and_watches_outlive_a_restart()
    {
        var options = new LocalClusterOptions { DataDirectory = folder.Of("cluster") };
        string token,
            version,
            address;
        Uri url;
        KubernetesClientConfiguration configuration;
        await using (var first = await LocalClusterHost.StartAsync(options, deadline.Token))
        {
            url = first.Url;
            configuration = KubernetesClientConfiguration.Load(first.KubeconfigPath);
            using var client = new KubernetesClient(configuration);
            await PostAsync(client, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition);
            await UntilServedAsync(client);
            version = (await PostAsync(client, Things, Thing("one")))["metadata"]![
                "resourceVersion"
            ]!.GetValue<string>();
            await PostAsync(client, Things, Thing("two"));
            await PostAsync(client, Things, Thing("three"));
            await SendAsync(client, HttpMethod.Delete, $"{Things}/three");
            token = (
                await PostAsync(client, "/api/v1/namespaces/default/serviceaccounts/default/token", """{"spec":{}}""")
            )["status"]!["token"]!.GetValue<string>();
            address = (
                await PostAsync(
                    client,
                    "/api/v1/namespaces/default/services",
                    """{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}"""
                )
            )["spec"]!["clusterIP"]!.GetValue<string>();
        }

        await using var second = await LocalClusterHost.StartAsync(options, deadline.Token);
        second.Url.ShouldBe(url);

        // The old kubeconfig, as a client that was there all the time has it.
        using var old = new KubernetesClient(configuration);
        var things = await SendAsync(old, HttpMethod.Get, Things);
        things["items"]!
            .AsArray()
            .Select(item => item!["metadata"]!["name"]!.GetValue<string>())
            .ShouldBe(["one", "two"]);
        things["items"]![0]!["spec"]!["size"]!.GetValue<int>().ShouldBe(7);
        long.Parse(things["metadata"]!["resourceVersion"]!.GetValue<string>(), null)
            .ShouldBeGreaterThan(long.Parse(version, null));
        await PostAsync(old, Things, Thing("four"));
        var events = await WatchAsync(old, $"{Things}?watch=true&resourceVersion={version}&timeoutSeconds=20", 4);
        events.ShouldBe(["ADDED two", "ADDED three", "DELETED three", "ADDED four"]);

        var review = await PostAsync(
            old,
            "/apis/authentication.k8s.io/v1/tokenreviews",
            new JsonObject { ["spec"] = new JsonObject { ["token"] = token } }.ToJsonString()
        );
        review["status"]!["authenticated"]!.GetValue<bool>().ShouldBeTrue(review.ToJsonString());

        // Addresses in use are still in use.
        var next = await PostAsync(
            old,
            "/api/v1/namespaces/default/services",
            """{"metadata":{"name":"t"},"spec":{"ports":[{"port":80}]}}"""
        );
        next["spec"]!["clusterIP"]!.GetValue<string>().ShouldNotBe(address);
    }

    [Fact, Trait("Guarantee", "S4")]
    public async Task A_deletion_that_was_under_way_ends_after_a_restart()
    {
        var options = new LocalClusterOptions { DataDirectory = folder.Of("cluster") };
        await using (var first = await LocalClusterHost.StartAsync(options, deadline.Token))
        {
            using var client = new KubernetesClient(KubernetesClientConfiguration.Load(first.KubeconfigPath));
            await PostAsync(client, "/api/v1/namespaces", """{"metadata":{"name":"leaving"}}""");
            await PostAsync(
                client,
                "/api/v1/namespaces/leaving/configmaps",
                """{"metadata":{"name":"held","finalizers":["example.com/hold"]}}"""
            );
            await SendAsync(client, HttpMethod.Delete, "/api/v1/namespaces/leaving");
        }

        await using var second = await LocalClusterHost.StartAsync(options, deadline.Token);
        using var later = new KubernetesClient(KubernetesClientConfiguration.Load(second.KubeconfigPath));
        var held = await SendAsync(later, HttpMethod.Get, "/api/v1/namespaces/leaving/configmaps/held");
        held["metadata"]!.AsObject().Remove("finalizers");
        await SendAsync(later, HttpMethod.Put, "/api/v1/namespaces/leaving/configmaps/held", held.ToJsonString());
        await Eventually.GetAsync(
            async () =>
                (await SendAsync(later, HttpMethod.Get, "/api/v1/namespaces/leaving"))["code"]?.ToJsonString() == "404"
                    ? ""
                    : null,
            "the namespace's end"
        );
    }

    [Fact, Trait("Guarantee", "S1")]
    public async Task One_cluster_has_a_data_directory_at_a_time()
    {
        var options = new LocalClusterOptions { DataDirectory = folder.Of("cluster") };
        await using var first = await LocalClusterHost.StartAsync(options, deadline.Token);
        (
            await Should.ThrowAsync<IOException>(() => LocalClusterHost.StartAsync(options, deadline.Token))
        ).Message.ShouldContain("is in use by another cluster");
    }

    [Fact, Trait("Guarantee", "S25")]
    public async Task Events_go_an_hour_after_their_last_write()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await LocalClusterHost.StartAsync(new() { Clock = clock }, deadline.Token);
        using var client = new KubernetesClient(KubernetesClientConfiguration.Load(cluster.KubeconfigPath));
        await PostAsync(client, Events, Event("old"));
        var changed = await PostAsync(client, Events, Event("changed"));
        clock.Advance(TimeSpan.FromMinutes(30));
        await ChangeAsync(client, changed);
        clock.Advance(TimeSpan.FromMinutes(29));
        (await NamesAsync(client, Events)).ShouldBe("changed old");
        clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(client, Events, "changed");
        (await NamesAsync(client, OtherEvents)).ShouldBe("changed");
        clock.Advance(TimeSpan.FromMinutes(30));
        await UntilAsync(client, OtherEvents, "");
    }

    [Fact, Trait("Guarantee", "S25")]
    public async Task Events_go_in_their_time_after_a_restart()
    {
        var directory = folder.Of("cluster");
        await RunAsync(
            TimeSpan.FromMinutes(-90),
            async client =>
            {
                await PostAsync(client, Events, Event("old"));
                await PostAsync(client, Events, Event("changed"));
            }
        );
        await RunAsync(
            TimeSpan.FromMinutes(-45),
            async client =>
            {
                (await NamesAsync(client, Events)).ShouldBe("changed old");
                await ChangeAsync(client, await SendAsync(client, HttpMethod.Get, $"{Events}/changed"));
            }
        );
        await RunAsync(TimeSpan.Zero, client => UntilAsync(client, Events, "changed"));
        await RunAsync(TimeSpan.FromMinutes(30), client => UntilAsync(client, OtherEvents, ""));

        async Task RunAsync(TimeSpan shift, Func<KubernetesClient, Task> act)
        {
            var options = new LocalClusterOptions { DataDirectory = directory, Clock = new ShiftedClock(shift) };
            await using var cluster = await LocalClusterHost.StartAsync(options, deadline.Token);
            using var client = new KubernetesClient(KubernetesClientConfiguration.Load(cluster.KubeconfigPath));
            await act(client);
        }
    }

    private Task<JsonObject> ChangeAsync(KubernetesClient client, JsonObject value)
    {
        value["count"] = 2;
        value["metadata"]!["finalizers"] = new JsonArray("example.com/does-not-count");
        return SendAsync(client, HttpMethod.Put, $"{Events}/changed", value.ToJsonString());
    }

    private async Task<string> NamesAsync(KubernetesClient client, string path) =>
        string.Join(
            ' ',
            (await SendAsync(client, HttpMethod.Get, path))["items"]!
                .AsArray()
                .Select(item => item!["metadata"]!["name"]!.GetValue<string>())
        );

    private Task UntilAsync(KubernetesClient client, string path, string names) =>
        Eventually.GetAsync(
            async () => await NamesAsync(client, path) == names ? "" : null,
            $"'{names}' as all that is left"
        );

    /// <summary>The system's clock, some time off.</summary>
    private sealed class ShiftedClock(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
    }

    private static string Event(string name) =>
        $$$"""
            {"metadata":{"name":"{{{name}}}"},"involvedObject":{"kind":"ConfigMap","namespace":"default","name":"c"},
            "reason":"Tested","message":"m","type":"Normal"}
            """;

    private const string Definition = """
        {"metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
        "names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,"schema":
        {"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","default":{},"properties":
        {"size":{"type":"integer","default":7}}}}}}}]},"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition"}
        """;

    private static string Thing(string name) =>
        new JsonObject
        {
            ["apiVersion"] = "example.com/v1",
            ["kind"] = "Thing",
            ["metadata"] = new JsonObject { ["name"] = name },
        }.ToJsonString();

    private static Process Start(string directory, string kubeconfig)
    {
        string[] arguments =
        [
            Path.Join(AppContext.BaseDirectory, "LocalCluster.dll"),
            "--data-dir",
            directory,
            "--kubeconfig",
            kubeconfig,
            "--no-node",
            "--no-controllers",
        ];
        return Process.Start(
            new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
    }

    private async Task<KubernetesClient> ConnectAsync(Process server, string kubeconfig)
    {
        while (await server.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith("export KUBECONFIG", StringComparison.Ordinal))
            {
                return new(KubernetesClientConfiguration.Load(kubeconfig));
            }
        }

        throw new InvalidOperationException(await server.StandardError.ReadToEndAsync(deadline.Token));
    }

    private async Task WriteAsync(KubernetesClient client, string prefix, ConcurrentDictionary<string, string> answered)
    {
        try
        {
            for (var i = 0; i < 2000; i++)
            {
                var made = await PostAsync(client, ConfigMaps, $$$"""{"metadata":{"name":"{{{prefix}}}-{{{i}}}"}}""");
                answered[$"{prefix}-{i}"] = made["metadata"]!["resourceVersion"]!.GetValue<string>();
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or KubernetesApiException)
        {
            // The server is killed in the middle of it.
        }
    }

    private async Task UntilServedAsync(KubernetesClient client) =>
        await Eventually.GetAsync(
            async () => (await SendAsync(client, HttpMethod.Get, Things))["items"] as object,
            "the custom kind"
        );

    private Task<JsonObject> PostAsync(KubernetesClient client, string path, string body) =>
        SendAsync(client, HttpMethod.Post, path, body);

    private async Task<JsonObject> SendAsync(
        KubernetesClient client,
        HttpMethod method,
        string path,
        string? body = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        using var response = await client.SendAsync(request, deadline.Token);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(deadline.Token))!.AsObject();
    }

    private async Task<List<string>> WatchAsync(KubernetesClient client, string path, int count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        using var response = await client.SendAsync(request, deadline.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(deadline.Token));
        var events = new List<string>();
        while (events.Count < count && await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            var value = JsonNode.Parse(line)!;
            events.Add($"{value["type"]} {value["object"]!["metadata"]?["name"]}");
        }

        return events;
    }
}
