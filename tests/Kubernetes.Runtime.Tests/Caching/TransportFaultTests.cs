using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging;
using static Kubernetes.Runtime.Tests.Fakes.Make;

namespace Kubernetes.Runtime.Tests.Caching;

/// <summary>
/// What a reflector survives on a real connection. After each fault the store is the server's state, and every deletion
/// that happened meanwhile was told.
/// </summary>
public sealed class TransportFaultTests
{
    [Fact]
    [Trait("Guarantee", "W1")]
    public async Task A_server_that_restarts_is_followed_on_from_the_last_version()
    {
        await using var following = await Following.SettledAsync();

        await following.Server.StopAsync();
        following.ChangeUnseen();
        await following.UntilAsync(() => following.Reflector.Problem is not null, "it goes on");
        following.Server.Restart();

        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Server.Lists.Count.ShouldBe(1);
        following.Reflector.Problem.ShouldBeNull();
    }

    [Fact]
    [Trait("Guarantee", "W1")]
    public async Task A_server_that_restarts_without_its_past_is_listed_anew()
    {
        await using var following = await Following.SettledAsync();

        await following.Server.StopAsync();
        following.ChangeUnseen();
        following.Model.Compact();
        following.Server.Restart();

        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Server.Lists.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"o7","names""")]
    [InlineData("""{"type":"DELETED","object":{"kind":"ConfigMap","metadata":{"namespace":"ns","name":"o2"}}}""")]
    [Trait("Guarantee", "W2")]
    public async Task A_connection_that_is_cut_in_the_middle_of_an_event_leaves_no_trace_of_it(string half)
    {
        await using var following = await Following.SettledAsync();
        var version = following.Reflector.ResourceVersion;

        // The changes come after the cut, so that all of them are in what the next watch sends.
        await following.Server.CutAsync(half);
        following.ChangeUnseen();

        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Server.Watches[1].ShouldContain($"resourceVersion={version}&");
        following.Server.Lists.Count.ShouldBe(1);
    }

    [Fact]
    [Trait("Guarantee", "W2")]
    public async Task A_stream_that_ends_in_good_order_in_the_middle_of_an_event_is_the_same()
    {
        await using var following = await Following.SettledAsync();

        await following.Server.EndAsync("""{"type":"ADDED","object":{"kind":"ConfigMap","met""");
        following.ChangeUnseen();

        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Server.Lists.Count.ShouldBe(1);
    }

    [Fact]
    [Trait("Guarantee", "W3")]
    public async Task A_version_that_is_too_old_when_the_watch_starts_is_listed_anew_at_once()
    {
        await using var following = await Following.SettledAsync();
        following.Server.Script = request =>
            SocketApiServer.IsWatch(request) && following.Server.Lists.Count == 1
                ? ScriptedAnswer.Error(410, "Expired", "too old resource version")
                : null;

        await following.Server.EndAsync();
        following.ChangeUnseen();
        await Eventually.TrueAsync(() => following.Server.Lists.Count == 2, "it lists without a pause");

        following.Server.Lists[1].ShouldNotContain("resourceVersion=");
        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Logger.At(LogLevel.Warning).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}""")]
    [InlineData("""{"kind":"Status","code":410,"reason":"Gone"}""")]
    [InlineData("""{"kind":"Status","status":"Failure","reason":"Expired"}""")]
    [Trait("Guarantee", "W4")]
    public async Task A_version_that_is_too_old_in_the_stream_is_listed_anew(string status)
    {
        await using var following = await Following.SettledAsync();

        await following.Server.EndAsync($$"""{"type":"ERROR","object":{{status}}}""" + "\n");
        following.ChangeUnseen();

        await Eventually.TrueAsync(() => following.Server.Lists.Count == 2, "it lists without a pause");
        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
    }

    [Fact]
    [Trait("Guarantee", "W5")]
    public async Task A_continue_token_that_expires_starts_the_list_over_and_half_a_list_is_never_watched()
    {
        var compacted = false;
        await using var following = Following.Start(
            new ReflectorOptions<ConfigMap> { PageSize = 2 },
            prepare: it =>
            {
                for (var i = 0; i < 5; i++)
                {
                    it.Model.Put(ConfigMap($"o{i}", "0"));
                }

                it.Server.Script = request =>
                {
                    if (!compacted && request.Contains("continue=", StringComparison.Ordinal))
                    {
                        compacted = true;
                        it.Model.Remove(Models.ConfigMap.ResourceType, Key("o0"));
                        it.Model.Compact();
                    }

                    return null;
                };
            }
        );

        await following.ConvergesAsync();

        following
            .Server.Requests.Take(6)
            .Select(request =>
                SocketApiServer.IsWatch(request) ? "watch"
                : request.Contains("continue=", StringComparison.Ordinal) ? "next"
                : "first"
            )
            .ShouldBe(["first", "next", "first", "next", "watch"]);
        // Nobody was told of what stood on the page that was thrown away alone.
        following.Ledger.Told.ShouldNotContain("+o0");
    }

    [Fact]
    [Trait("Guarantee", "W5")]
    public async Task A_list_whose_tokens_expire_again_and_again_is_asked_for_in_one_piece()
    {
        await using var following = Following.Start(
            new ReflectorOptions<ConfigMap> { PageSize = 2 },
            prepare: it =>
            {
                for (var i = 0; i < 5; i++)
                {
                    it.Model.Put(ConfigMap($"o{i}", "0"));
                }

                it.Server.Script = request =>
                    request.Contains("continue=", StringComparison.Ordinal)
                        ? ScriptedAnswer.Error(410, "Expired", "the provided continue parameter is too old")
                        : null;
            }
        );

        await following.ConvergesAsync();

        following
            .Server.Lists.Select(request => request.Contains("limit=", StringComparison.Ordinal))
            .ShouldBe([true, true, true, true, false]);
    }

    [Fact]
    [Trait("Guarantee", "W5")]
    public async Task A_continue_token_that_the_server_refuses_starts_the_list_over()
    {
        var refused = 0;
        await using var following = Following.Start(
            new ReflectorOptions<ConfigMap> { PageSize = 2 },
            prepare: it =>
            {
                for (var i = 0; i < 5; i++)
                {
                    it.Model.Put(ConfigMap($"o{i}", "0"));
                }

                it.Server.Script = request =>
                    request.Contains("continue=", StringComparison.Ordinal) && refused++ == 0
                        ? ScriptedAnswer.Error(400, "BadRequest", "continue key is not valid")
                        : null;
            }
        );

        await following.ConvergesAsync();

        following.Store.Count.ShouldBe(5);
    }

    [Fact]
    [Trait("Guarantee", "W6")]
    public async Task Bookmarks_alone_keep_the_version_fresh_so_that_a_compaction_costs_no_list()
    {
        await using var following = await Following.SettledAsync();
        for (var i = 0; i < 3; i++)
        {
            following.Model.Bookmark();
        }

        following.Model.Compact();
        following.Model.Bookmark();
        var version = following.Model.Version;
        await Eventually.TrueAsync(() => following.Reflector.ResourceVersion == version, "the bookmarks are read");
        await following.Server.EndAsync();
        following.ChangeUnseen();

        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Server.Lists.Count.ShouldBe(1);
        following.Server.Watches[1].ShouldContain($"resourceVersion={version}&");
    }

    [Fact]
    [Trait("Guarantee", "W7")]
    public async Task A_relist_with_objects_twice_and_out_of_order_counts_each_once_in_its_newest_version()
    {
        await using var following = await Following.SettledAsync();
        var old = following.Model.All<ConfigMap>();
        following.ChangeUnseen();
        await following.ConvergesAsync();
        following.Ledger.Forget();
        var kept = following.Store.Find(Key("o3"));
        following.Model.Remove(Models.ConfigMap.ResourceType, Key("o4"));
        following.Server.Script = request =>
        {
            if (SocketApiServer.IsWatch(request))
            {
                return following.Server.Lists.Count == 1
                    ? ScriptedAnswer.Error(410, "Expired", "too old resource version")
                    : null;
            }

            var now = following.Model.All<ConfigMap>().Reverse().ToList();
            var stale = old.Where(it => now.Any(other => other.Key == it.Key));
            var all = new KubernetesList<ConfigMap>([.. stale, .. now, .. stale], following.Model.Version, null, null);
            return new ScriptedAnswer(200, SocketApiServer.ListJson(all));
        };

        await following.Server.EndAsync();

        await Eventually.TrueAsync(() => following.Server.Lists.Count == 2, "it lists");
        await following.ConvergesAsync();
        following.Ledger.Told.ShouldBe(["-o4"]);
        following.Store.Find(Key("o3")).ShouldBeSameAs(kept);
    }

    [Fact]
    [Trait("Guarantee", "W9")]
    public async Task A_connection_that_hangs_is_given_up_when_the_agreed_time_and_a_margin_are_over()
    {
        await using var following = await Following.SettledAsync(clientOnManualClock: true);

        following.Server.Mute();
        following.ChangeUnseen();
        following.Time.Advance(TimeSpan.FromMinutes(4));
        following.Server.Watches.Count.ShouldBe(1);
        following.Time.Advance(TimeSpan.FromSeconds(75));
        await Eventually.TrueAsync(() => following.Reflector.Problem is not null, "it is noticed");

        following.Reflector.Problem.ShouldBeOfType<KubernetesApiException>().Kind.ShouldBe(KubernetesErrorKind.Timeout);
        following.Time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => Ledger.IsEqual(following.Model, following.Store), "it goes on");
        following.ShouldHaveToldTheUnseen();
        following.Server.Lists.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(429, "text/plain", "Too many requests, please try again later.")]
    [InlineData(500, "application/json", """{"kind":"Status","code":500,"reason":"InternalError","message":"oops"}""")]
    [InlineData(502, "text/html", "<html>Bad Gateway</html>")]
    [InlineData(503, "application/json", "{\"half\":")]
    [InlineData(504, "text/plain", "")]
    [Trait("Guarantee", "W10")]
    public async Task A_burst_of_refusals_is_waited_out_with_growing_pauses(int status, string contentType, string body)
    {
        await using var following = await Following.SettledAsync();
        var left = 4;
        following.Server.Script = _ =>
            left-- > 0 ? new ScriptedAnswer(status, body) { ContentType = contentType } : null;

        await following.Server.EndAsync();
        following.ChangeUnseen();
        var pauses = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            await Eventually.TrueAsync(() => following.Time.PendingTimers == 1, "it waits");
            pauses.Add(following.Time.UntilNextTimer!.Value.TotalSeconds);
            following.Time.Advance(following.Time.UntilNextTimer!.Value);
        }

        pauses.ShouldBe([0.8, 1.6, 3.2, 6.4]);
        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Server.Lists.Count.ShouldBe(1);
        following.Logger.At(LogLevel.Warning).Count.ShouldBe(1);
        following.Reflector.Problem.ShouldBeNull();
    }

    [Fact]
    [Trait("Guarantee", "W11")]
    public async Task Watches_that_end_at_once_without_an_event_are_tried_ever_more_rarely_and_then_listed_anew()
    {
        await using var following = await Following.SettledAsync();
        following.Server.Script = request => SocketApiServer.IsWatch(request) ? new ScriptedAnswer(200, "") : null;

        await following.Server.EndAsync();
        following.ChangeUnseen();
        await following.UntilAsync(() => following.Server.Lists.Count == 2, "it goes on");

        // The first of all, and five in vain.
        following.Server.Requests.Skip(1).TakeWhile(SocketApiServer.IsWatch).Count().ShouldBe(6);
        // Said once for each list that went well in between.
        var warnings = following.Logger.At(LogLevel.Warning);
        warnings[0].ShouldContain("closed the watch at once");
        warnings.Count.ShouldBeLessThanOrEqualTo(following.Server.Lists.Count);
        following.Server.Script = _ => null;
        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
    }

    [Fact]
    [Trait("Guarantee", "W12")]
    public async Task A_version_that_the_server_has_not_reached_is_listed_anew()
    {
        await using var following = await Following.SettledAsync();
        following.Server.Script = request =>
            SocketApiServer.IsWatch(request) && following.Server.Lists.Count == 1
                ? ScriptedAnswer.Error(
                    504,
                    "Timeout",
                    "Too large resource version: 99, current: 7",
                    "ResourceVersionTooLarge"
                )
                : null;

        await following.Server.EndAsync();
        following.ChangeUnseen();

        await Eventually.TrueAsync(() => following.Server.Lists.Count == 2, "it lists without a pause");
        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
    }

    [Fact]
    [Trait("Guarantee", "W12")]
    public async Task A_server_that_went_back_in_time_is_listed_anew()
    {
        await using var following = await Following.SettledAsync();

        // A backup was restored under a watch that stayed open: versions start again from an older one.
        await following.Server.SendAsync(
            """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}""" + "\n"
        );

        await Eventually.TrueAsync(() => following.Server.Lists.Count == 2, "it lists without a pause");
        following.ChangeUnseen();
        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
    }

    [Fact]
    [Trait("Guarantee", "W13")]
    public async Task Events_of_a_type_that_is_not_known_are_ignored()
    {
        await using var following = await Following.SettledAsync();

        await following.Server.SendAsync(
            """{"type":"RELABELED","object":{"metadata":{"namespace":"ns","name":"o0"}},"because":[1,{"a":2}]}""" + "\n"
        );
        following.ChangeUnseen();

        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    [Trait("Guarantee", "W14")]
    public async Task Another_error_in_the_stream_goes_on_from_the_last_version_after_a_pause()
    {
        await using var following = await Following.SettledAsync();
        var version = following.Reflector.ResourceVersion;

        await following.Server.EndAsync(
            """{"type":"ERROR","object":{"kind":"Status","code":500,"reason":"InternalError","message":"etcd event received with PrevKv=nil","metadata":{"resourceVersion":"99999"}}}"""
                + "\n"
        );
        following.ChangeUnseen();
        await Eventually.TrueAsync(() => following.Time.PendingTimers == 1, "it waits");

        following.Time.UntilNextTimer.ShouldBe(TimeSpan.FromSeconds(0.8));
        following.Reflector.Problem!.Message.ShouldContain("PrevKv");
        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Server.Watches[1].ShouldContain($"resourceVersion={version}&");
        following.Server.Lists.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("not JSON at all\n")]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":7}}}""" + "\n")]
    [InlineData(null)]
    [Trait("Guarantee", "W15")]
    public async Task A_line_that_is_too_long_or_no_event_is_told_and_listed_around(string? line)
    {
        await using var following = await Following.SettledAsync();

        await following.Server.CutAsync(line ?? new string('x', (16 * 1024 * 1024) + 1));
        following.ChangeUnseen();
        await Eventually.TrueAsync(() => following.Reflector.Problem is not null, "it is noticed");

        following.Reflector.Problem!.Message.ShouldContain("is not a watch of configmaps");
        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Server.Lists.Count.ShouldBe(2);
        following.Logger.At(LogLevel.Warning).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(401, "Unauthorized")]
    [InlineData(403, "Forbidden")]
    [Trait("Guarantee", "W17")]
    public async Task Access_that_is_refused_is_told_once_and_shows_in_readiness_until_it_is_back(
        int code,
        string reason
    )
    {
        await using var following = await Following.SettledAsync();
        following.Server.Script = _ => ScriptedAnswer.Error(code, reason, "you shall not");

        await following.Server.EndAsync();
        following.ChangeUnseen();
        await following.UntilAsync(() => following.Server.Watches.Count >= 6, "it tries");

        following.Logger.At(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("Not allowed to list and watch");
        following.Reflector.Problem!.Message.ShouldContain("you shall not");
        following.Store.Count.ShouldBe(5);
        following.Server.Script = _ => null;
        await following.ConvergesAsync();
        following.ShouldHaveToldTheUnseen();
        following.Reflector.Problem.ShouldBeNull();
        following.Server.Lists.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(-400)]
    [Trait("Guarantee", "W16")]
    public async Task A_clock_that_jumps_changes_nothing(int days)
    {
        await using var following = await Following.SettledAsync(clientOnManualClock: true);

        // While a watch is open: it stays.
        following.Time.Jump(TimeSpan.FromDays(days));
        following.ChangeUnseen();
        await Eventually.TrueAsync(() => Ledger.IsEqual(following.Model, following.Store), "events come");
        following.ShouldHaveToldTheUnseen();
        following.Server.Requests.Count.ShouldBe(2);

        // In the middle of a pause: it is as long as it was.
        var refuse = true;
        following.Server.Script = _ => refuse ? ScriptedAnswer.Error(500, "InternalError", "oops") : null;
        await following.Server.EndAsync();
        await Eventually.TrueAsync(() => following.Reflector.Problem is not null, "it fails");
        // The only timer for a moment may also be that of the request which has just failed.
        await Eventually.TrueAsync(
            () => following.Time.PendingTimers == 1 && following.Time.UntilNextTimer == TimeSpan.FromSeconds(0.8),
            "it waits"
        );
        refuse = false;
        following.Time.Jump(TimeSpan.FromDays(-2 * days));
        following.Time.UntilNextTimer.ShouldBe(TimeSpan.FromSeconds(0.8));
        following.Time.Advance(TimeSpan.FromSeconds(0.8));
        await Eventually.TrueAsync(() => following.Server.OpenWatches == 1, "it watches");
        await following.ConvergesAsync();
    }

    [Fact]
    [Trait("Guarantee", "W16")]
    public async Task A_date_to_come_back_at_that_a_wrong_clock_puts_years_away_is_not_waited_for()
    {
        await using var following = await Following.SettledAsync(clientOnManualClock: true);
        following.Server.Script = _ => new ScriptedAnswer(503, "later")
        {
            Headers = "Retry-After: Fri, 31 Dec 2027 23:59:59 GMT\r\n",
        };

        await following.Server.EndAsync();
        following.ChangeUnseen();
        await Eventually.TrueAsync(() => following.Reflector.Problem is not null, "it fails");
        await Eventually.TrueAsync(() => following.Time.PendingTimers == 1, "it waits");

        following.Time.UntilNextTimer.ShouldBe(TimeSpan.FromMinutes(5));
        following.Server.Script = _ => null;
        following.Time.Advance(TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(() => Ledger.IsEqual(following.Model, following.Store), "it goes on");
        following.ShouldHaveToldTheUnseen();
    }
}
