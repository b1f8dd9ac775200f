using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging;
using static Kubernetes.Runtime.Tests.Fakes.Make;

namespace Kubernetes.Runtime.Tests.Caching;

/// <summary>The first state as a stream of events (WatchList), where it is asked for, and what happens where it fails.</summary>
[Trait("Guarantee", "W20")]
public sealed class StreamedListTests
{
    private static readonly ReflectorOptions<ConfigMap> Streamed = new() { WatchList = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_state_comes_as_events_and_the_same_stream_goes_on()
    {
        await using var following = await Following.SettledAsync(Streamed);

        following.ChangeUnseen();
        await following.ConvergesAsync();

        following
            .Server.Requests.ShouldHaveSingleItem()
            .ShouldContain("watch=true&allowWatchBookmarks=true&timeoutSeconds=300&sendInitialEvents=true");
        following.Server.Requests[0].ShouldContain("resourceVersionMatch=NotOlderThan");
        following.ShouldHaveToldTheUnseen();
    }

    [Fact]
    public async Task Nobody_is_told_before_the_server_says_that_this_is_all()
    {
        await using var following = Following.Start(
            Streamed,
            prepare: it =>
            {
                it.Model.StreamsLists = false;
                it.Model.Put(ConfigMap("a"));
                it.Model.Put(ConfigMap("b"));
            }
        );
        await Eventually.TrueAsync(() => following.Server.OpenWatches == 1, "it streams");
        following.Model.Remove(Models.ConfigMap.ResourceType, Key("a"));
        await Eventually.TrueAsync(() => following.Server.EventsSent == 3, "all of it is sent");
        await following.Server.SendAsync(
            """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"1"}}}""" + "\n"
        );
        following.Store.Count.ShouldBe(0);
        following.Reflector.HasSynced.ShouldBeFalse();

        await following.Server.SendAsync(
            """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"%","annotations":{"k8s.io/initial-events-end":"true"}}}}""".Replace(
                "%",
                following.Model.Version,
                StringComparison.Ordinal
            ) + "\n"
        );
        await following.Reflector.WaitForSyncAsync(Token).InTime();

        following.Ledger.Told.ShouldBe(["+b"]);
        following.Ledger.Changes.ShouldAllBe(change => change.Initial);
    }

    [Fact]
    public async Task A_server_that_does_not_end_the_initial_events_is_listed_from_then_on()
    {
        await using var following = Following.Start(
            Streamed,
            prepare: it =>
            {
                it.Model.StreamsLists = false;
                it.Model.Put(ConfigMap("a"));
            }
        );
        await Eventually.TrueAsync(() => following.Server.OpenWatches == 1, "it streams");
        await Eventually.TrueAsync(
            () => following.Time.UntilNextTimer == TimeSpan.FromSeconds(30),
            "it waits for more"
        );

        following.Time.Advance(TimeSpan.FromSeconds(30));
        await following.ConvergesAsync();
        following.Server.Lists.Count.ShouldBe(1);
        following.Logger.At(LogLevel.Information).ShouldHaveSingleItem().ShouldContain("page by page");

        await ListAnewAsync(following);
        following.Server.Requests.Count(IsStreamed).ShouldBe(1);
    }

    [Theory]
    [InlineData(400, "BadRequest")]
    [InlineData(422, "Invalid")]
    public async Task A_server_that_refuses_to_stream_is_listed_from_then_on(int code, string reason)
    {
        await using var following = Following.Start(
            Streamed,
            prepare: it =>
            {
                it.Model.Put(ConfigMap("a"));
                it.Server.Script = request =>
                    IsStreamed(request)
                        ? ScriptedAnswer.Error(code, reason, "sendInitialEvents is forbidden for watch")
                        : null;
            }
        );

        await following.ConvergesAsync();
        following.Logger.At(LogLevel.Warning).ShouldBeEmpty();
        await ListAnewAsync(following);
        following.Server.Requests.Count(IsStreamed).ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_that_is_cut_among_the_initial_events_starts_over_and_is_given_up_after_three()
    {
        var streams = 0;
        await using var following = Following.Start(
            Streamed,
            prepare: it =>
            {
                it.Model.Put(ConfigMap("a"));
                it.Server.Script = request =>
                    IsStreamed(request) && ++streams > 0
                        ? new ScriptedAnswer(
                            200,
                            """{"type":"ADDED","object":{"metadata":{"namespace":"ns","name":"ghost","uid":"1","resourceVersion":"5"}}}"""
                                + "\n"
                        )
                        : null;
            }
        );

        await following.ConvergesAsync();

        streams.ShouldBe(3);
        following.Ledger.Told.ShouldBe(["+a"]);
    }

    [Fact]
    public async Task A_version_that_is_too_old_later_is_streamed_anew()
    {
        await using var following = await Following.SettledAsync(Streamed);
        following.Model.CutWatches(Errors.Expired("too old"));
        following.ChangeUnseen();

        await following.ConvergesAsync();

        following.ShouldHaveToldTheUnseen();
        following.Server.Lists.ShouldBeEmpty();
        following.Server.Requests.Count(IsStreamed).ShouldBe(2);
    }

    private static bool IsStreamed(string request) =>
        request.Contains("sendInitialEvents=true", StringComparison.Ordinal);

    private static async Task ListAnewAsync(Following following)
    {
        following.Time.Advance(TimeSpan.FromMinutes(1));
        following.Model.CutWatches(Errors.Expired("too old"));
        following.Model.Put(ConfigMap("later"));
        await following.ConvergesAsync();
        following.Server.Lists.Count.ShouldBe(2);
    }
}
