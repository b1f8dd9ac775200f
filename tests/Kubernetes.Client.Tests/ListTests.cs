using System.Text;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class ListTests
{
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    public void A_page_says_what_follows()
    {
        var page = ListReader.Read<ConfigMap>(
            Encoding.UTF8.GetBytes(
                """
                {"kind":"ConfigMapList","items":[{"metadata":{"name":"a"},"data":{"k":"v"}},{"metadata":{"name":"b"}}],
                 "metadata":{"resourceVersion":"9","continue":"next","remainingItemCount":3},"unknown":{"x":[1]}}
                """
            )
        );
        page.Items.Select(item => item.Metadata.Name).ShouldBe(["a", "b"]);
        // The items of a list carry no kind: it is known from what was asked for.
        page.Items.ShouldAllBe(item => item.Kind == "ConfigMap" && item.ApiVersion == "v1");
        page.ResourceVersion.ShouldBe("9");
        page.Continue.ShouldBe("next");
        page.RemainingItemCount.ShouldBe(3);
    }

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"1"},"items":null}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1","continue":""},"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1"}}""")]
    public void An_empty_list_has_many_forms(string json)
    {
        var page = ListReader.Read<ConfigMap>(Encoding.UTF8.GetBytes(json));
        page.Items.ShouldBeEmpty();
        page.Continue.ShouldBeNull();
    }

    [Fact]
    public async Task All_pages_are_read_with_the_token_of_the_one_before()
    {
        await using var server = await TestApiServer.StartAsync(
            (context, seen) =>
                TestApiServer.AnswerAsync(
                    context,
                    200,
                    seen.Query.Contains("continue", StringComparison.Ordinal) ? Last : First
                )
        );
        using var client = new KubernetesClient(server.Configuration);

        var all = await client.ListAsync<ConfigMap>(new ListRequest { Limit = 1, ResourceVersion = "0" }, token);

        all.Items.Select(item => item.Metadata.Name).ShouldBe(["a", "b"]);
        all.ResourceVersion.ShouldBe("5");
        server
            .Requests.Select(request => request.Query)
            .ShouldBe(["?limit=1&resourceVersion=0", "?limit=1&continue=t"]);
    }

    [Fact]
    public async Task An_expired_token_starts_the_list_anew()
    {
        var calls = 0;
        await using var server = await TestApiServer.StartAsync(
            (context, seen) =>
                ++calls == 2
                    ? TestApiServer.AnswerAsync(context, 410, """{"kind":"Status","reason":"Expired"}""")
                    : TestApiServer.AnswerAsync(
                        context,
                        200,
                        seen.Query.Contains("continue", StringComparison.Ordinal) ? Last : First
                    )
        );
        using var client = new KubernetesClient(server.Configuration);

        var all = await client.ListAsync<ConfigMap>(new ListRequest { Limit = 1 }, token);

        all.Items.Select(item => item.Metadata.Name).ShouldBe(["a", "b"]);
        calls.ShouldBe(4);
    }

    private const string First =
        """{"metadata":{"resourceVersion":"5","continue":"t"},"items":[{"metadata":{"name":"a"}}]}""";

    private const string Last = """{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"b"}}]}""";
}
