using System.Text;
using System.Text.Json;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

[Trait("Guarantee", "W22")]
public sealed class PartialMetadataTests
{
    private const string Item =
        """{"apiVersion":"meta.k8s.io/v1","kind":"PartialObjectMetadata","metadata":{"namespace":"n","name":"a","resourceVersion":"5","labels":{"x":"y"}}}""";

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_object_a_list_and_a_watch_ask_for_metadata_alone()
    {
        var accepted = new List<string>();
        await using var server = await TestApiServer.StartAsync(
            (context, seen) =>
            {
                accepted.Add(context.Request.Headers.Accept.ToString());
                var body =
                    seen.Query.Contains("watch=true", StringComparison.Ordinal)
                        ? $$"""{"type":"ADDED","object":{{Item}}}""" + "\n"
                    : seen.Path.EndsWith("/a", StringComparison.Ordinal) ? Item
                    : $$"""{"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"6"},"items":[{{Item}}]}""";
                return TestApiServer.AnswerAsync(context, 200, body);
            }
        );
        using var client = new KubernetesClient(server.Configuration);

        var one = await client.GetAsync<PartialObjectMetadata<Secret>>(new ObjectKey("n", "a"), token);
        var found = await client.FindAsync<PartialObjectMetadata<Secret>>(new ObjectKey("n", "a"), token);
        var list = await client.ListPageAsync<PartialObjectMetadata<Secret>>(new ListRequest(), token);
        var watched = new List<PartialObjectMetadata<Secret>>();
        var request = new WatchRequest { ResourceVersion = "6" };
        await foreach (var change in client.WatchAsync<PartialObjectMetadata<Secret>>(request, token))
        {
            watched.Add(change.Object!);
        }

        foreach (var value in (PartialObjectMetadata<Secret>[])[one, found!, list.Items[0], watched[0]])
        {
            value.Kind.ShouldBe("Secret");
            value.ApiVersion.ShouldBe("v1");
            value.Key.ShouldBe(new ObjectKey("n", "a"));
            value.Metadata.Labels!["x"].ShouldBe("y");
        }

        const string Object = "application/json; as=PartialObjectMetadata; g=meta.k8s.io; v=v1,application/json";
        const string List = "application/json; as=PartialObjectMetadataList; g=meta.k8s.io; v=v1,application/json";
        accepted.Select(it => it.Replace(", ", ",", StringComparison.Ordinal)).ShouldBe([Object, Object, List, Object]);
        server.Requests.ShouldAllBe(it => it.Path.Contains("/secrets", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_server_sends_besides_is_left_out()
    {
        var value = JsonSerializer.Deserialize(
            """{"kind":"Secret","data":{"password":"c2VjcmV0","metadata":{"name":"no"}},"metadata":{"name":"a"},"type":"Opaque"}""",
            PartialObjectMetadata<Secret>.JsonTypeInfo
        )!;

        value.Metadata.Name.ShouldBe("a");
        Encoding
            .UTF8.GetString(value.ToUtf8Json())
            .ShouldBe("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}""");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("""{"metadata":3}""")]
    public void What_is_no_object_is_refused(string json) =>
        Should.Throw<JsonException>(() =>
            JsonSerializer.Deserialize(json, PartialObjectMetadata<ConfigMap>.JsonTypeInfo)
        );

    [Fact]
    public async Task Other_kinds_are_asked_for_as_they_are()
    {
        var accepted = "";
        await using var server = await TestApiServer.StartAsync(
            (context, _) =>
            {
                accepted = context.Request.Headers.Accept.ToString();
                return TestApiServer.AnswerAsync(context, 200, Item);
            }
        );
        using var client = new KubernetesClient(server.Configuration);

        await client.GetAsync<Secret>(new ObjectKey("n", "a"), token);

        accepted.ShouldBe("application/json");
    }
}
