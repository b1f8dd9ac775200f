using Binnacle.Testing;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class RateTests
{
    private const string Map = """{"metadata":{"name":"a","namespace":"n"}}""";
    private static readonly ObjectKey Key = new("n", "a");

    private readonly ManualTimeProvider clock = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Guarantee", "C12")]
    public async Task Without_a_rate_nothing_waits()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = new KubernetesClient(server.Configuration, clock);

        // The clock stands: whatever waited would wait for ever.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.GetAsync<ConfigMap>(Key, token)));

        server.Requests.Count.ShouldBe(200);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("create")]
    [InlineData("watch")]
    [InlineData("plain")]
    [InlineData("retry")]
    [Trait("Guarantee", "C12")]
    public async Task Whatever_is_sent_keeps_to_the_rate(string call)
    {
        var tries = 0;
        await using var server = await TestApiServer.StartAsync(
            (context, _) =>
            {
                var retried = call == "retry" && Interlocked.Increment(ref tries) < 3;
                if (retried)
                {
                    context.Response.Headers.RetryAfter = "0";
                }
                return TestApiServer.AnswerAsync(context, retried ? 503 : 200, call == "watch" ? "" : Map);
            }
        );
        using var client = new KubernetesClient(
            server.Configuration with
            {
                Rate = new RequestRate(PerSecond: 0.5, Burst: 2),
            },
            clock
        );

        var made = call == "retry" ? MakeAsync() : Task.WhenAll(MakeAsync(), MakeAsync(), MakeAsync());
        await Polling.UntilAsync(() => server.Requests.Count == 2);
        await Polling.UntilAsync(() => clock.UntilNextTimer == TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(1.9));
        server.Requests.Count.ShouldBe(2);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await made;
        server.Requests.Count.ShouldBe(3);

        async Task MakeAsync()
        {
            switch (call)
            {
                case "create":
                    var value = new ConfigMap
                    {
                        Metadata = new ObjectMeta { Name = "a", Namespace = "n" },
                    };
                    await client.CreateAsync(value, new WriteOptions(), token);
                    break;
                case "watch":
                    var request = new WatchRequest { ResourceVersion = "1" };
                    await foreach (var _ in client.WatchAsync<ConfigMap>(request, token)) { }
                    break;
                case "plain":
                    using (var message = new HttpRequestMessage(HttpMethod.Get, "/version"))
                    {
                        (await client.SendAsync(message, token)).Dispose();
                    }
                    break;
                default:
                    await client.GetAsync<ConfigMap>(Key, token);
                    break;
            }
        }
    }

    [Fact]
    [Trait("Guarantee", "C12")]
    public void In_no_span_of_time_is_more_let_through_than_the_rate_and_one_burst()
    {
        var cases =
            from gaps in Gen.Choose(0, 3000).NonEmptyListOf()
            from perSecond in Gen.Elements(0.5, 1, 10)
            from burst in Gen.Choose(1, 5)
            select (gaps, new RequestRate(perSecond, burst));
        Prop.ForAll(
                cases.ToArbitrary(),
                made =>
                {
                    var (gaps, rate) = made;
                    var time = new ManualTimeProvider();
                    var limiter = new RequestLimiter(rate, time);
                    var granted = new List<(TimeSpan Asked, TimeSpan Sent)>();
                    var start = time.GetTimestamp();
                    foreach (var gap in gaps)
                    {
                        time.Advance(TimeSpan.FromMilliseconds(gap));
                        var asked = time.GetElapsedTime(start);
                        granted.Add((asked, asked + limiter.Reserve()));
                    }
                    for (var from = 0; from < granted.Count; from++)
                    {
                        for (var to = from; to < granted.Count; to++)
                        {
                            var span = (granted[to].Sent - granted[from].Sent).TotalSeconds;
                            (to - from + 1).ShouldBeLessThanOrEqualTo(
                                (int)Math.Floor(span * rate.PerSecond + rate.Burst + 1e-6)
                            );
                        }
                    }
                    // Nobody waits who need not: one that came alone after a long pause goes at once.
                    granted[0].Sent.ShouldBe(granted[0].Asked);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, 0)]
    [Trait("Guarantee", "C12")]
    public void A_rate_that_lets_nothing_through_is_refused(double perSecond, int burst)
    {
        var configuration = new KubernetesClientConfiguration
        {
            Server = new Uri("https://host"),
            Rate = new RequestRate(perSecond, burst),
        };
        Should
            .Throw<KubernetesConfigurationException>(() => new KubernetesClient(configuration))
            .Message.ShouldContain("expected more than 0 per second");
    }
}
