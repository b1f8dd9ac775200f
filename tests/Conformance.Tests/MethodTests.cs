using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Paths beside those of objects: some are routes for GET alone, others do not look at the method.</summary>
public sealed class MethodTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "S27")]
    public async Task Discovery_takes_the_methods_that_a_real_server_takes(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        var custom = string.Join('/', widgets.Path("a").Split('/')[..4]);
        var differences = new List<string>();
        foreach (
            var (path, others) in new[]
            {
                ("/api", 405),
                ("/version", 405),
                ("/api/v1", 405),
                ("/apis/apps/v1", 405),
                ("/apis/apiextensions.k8s.io/v1", 405),
                ("/api/v9", 404),
                ("/apis/apps/v9", 404),
                ("/nothing", 404),
                ("/apis", 200),
                ("/apis/apps", 200),
                (custom, 200),
                (custom[..custom.LastIndexOf('/')], 200),
                ("/healthz", 200),
                ("/readyz", 200),
                ("/livez", 200),
                ("/", 200),
            }
        )
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Post, HttpMethod.Options })
            {
                var expected = method == HttpMethod.Get && others == 405 ? 200 : others;
                var answer = await api.SendAsync(method, path);
                if (answer.Code != expected)
                {
                    differences.Add($"{method} {path}: {answer.Code} instead of {expected}");
                }
                else if (expected == 405 && method != HttpMethod.Head)
                {
                    answer.Reason.ShouldBe("MethodNotAllowed");
                }
            }
        }

        differences.ShouldBeEmpty();
    }
}
