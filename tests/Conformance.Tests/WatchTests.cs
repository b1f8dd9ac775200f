using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Watches: where they start, what they tell, how they end.</summary>
public sealed class WatchTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    public async Task A_watch_continues_where_a_list_ended(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a", ("w", "1")));
        var list = await api.GetAsync($"{api.ConfigMaps}?labelSelector=w");
        await api.MergeAsync($"{api.ConfigMaps}/a", """{"data":{"key":"new"}}""");
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("b", ("w", "1")));
        await using var watch = await WatchReader.OpenAsync(
            api,
            $"{api.ConfigMaps}?labelSelector=w&resourceVersion={list.ResourceVersion}"
        );
        (await watch.NextLineAsync()).ShouldBe("MODIFIED a");
        (await watch.NextLineAsync()).ShouldBe("ADDED b");
        await api.DeleteAsync($"{api.ConfigMaps}/a");
        var (type, gone) = (await watch.NextAsync())!.Value;
        type.ShouldBe("DELETED");
        long.Parse(gone["metadata"]!["resourceVersion"]!.GetValue<string>())
            .ShouldBeGreaterThan(long.Parse(list.ResourceVersion));
        gone["data"]!["key"]!.GetValue<string>().ShouldBe("new");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_watch_without_version_begins_with_what_is_there(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a", ("w", "1")));
        foreach (var version in new[] { "", "&resourceVersion=0" })
        {
            await using var watch = await WatchReader.OpenAsync(api, $"{api.ConfigMaps}?labelSelector=w{version}");
            (await watch.NextLineAsync()).ShouldBe("ADDED a");
        }
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task What_enters_and_leaves_the_selection_is_added_and_deleted(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"));
        await using var watch = await WatchReader.OpenAsync(
            api,
            $"{api.ConfigMaps}?labelSelector=in%3Dyes&resourceVersion={made.ResourceVersion}"
        );
        await api.MergeAsync($"{api.ConfigMaps}/a", """{"metadata":{"labels":{"in":"yes"}}}""");
        (await watch.NextLineAsync()).ShouldBe("ADDED a");
        await api.MergeAsync($"{api.ConfigMaps}/a", """{"data":{"key":"x"}}""");
        (await watch.NextLineAsync()).ShouldBe("MODIFIED a");
        var left = await api.MergeAsync($"{api.ConfigMaps}/a", """{"metadata":{"labels":{"in":"no"}}}""");
        var (type, last) = (await watch.NextAsync())!.Value;
        type.ShouldBe("DELETED");
        last["metadata"]!["labels"]!["in"]!.GetValue<string>().ShouldBe("yes");
        last["metadata"]!["resourceVersion"]!.GetValue<string>().ShouldBe(left.ResourceVersion);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task One_object_can_be_watched(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"));
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("b"));
        await using var watch = await WatchReader.OpenAsync(api, $"{api.ConfigMaps}?fieldSelector=metadata.name%3Db");
        (await watch.NextLineAsync()).ShouldBe("ADDED b");
        await api.MergeAsync($"{api.ConfigMaps}/a", """{"data":{"key":"x"}}""");
        await api.DeleteAsync($"{api.ConfigMaps}/b");
        (await watch.NextLineAsync()).ShouldBe("DELETED b");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_watch_ends_after_its_time_with_a_bookmark(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"));
        await using var watch = await WatchReader.OpenAsync(
            api,
            $"{api.ConfigMaps}?resourceVersion={made.ResourceVersion}&allowWatchBookmarks=true&timeoutSeconds=3"
        );
        string? bookmark = null;
        while (await watch.NextAsync() is var (type, value))
        {
            if (type == "BOOKMARK")
            {
                value["kind"]!.GetValue<string>().ShouldBe("ConfigMap");
                bookmark = value["metadata"]!["resourceVersion"]!.GetValue<string>();
            }
        }

        // Bookmarks are a favour: a server may leave them out, but one that comes is not behind.
        if (!api.IsReal)
        {
            bookmark.ShouldNotBeNull();
        }

        if (bookmark is not null)
        {
            long.Parse(bookmark).ShouldBeGreaterThanOrEqualTo(long.Parse(made.ResourceVersion));
        }
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Custom_kinds_are_watched_with_their_initial_state_marked(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        await api.PostAsync(widgets.Collection, widgets.Widget("w"));
        await using var watch = await WatchReader.OpenAsync(
            api,
            $"{widgets.Collection}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
        );
        (await watch.NextLineAsync()).ShouldBe("ADDED w");
        var (type, value) = (await watch.NextAsync())!.Value;
        type.ShouldBe("BOOKMARK");
        Json.At(value, "metadata", "annotations", "k8s.io/initial-events-end")!.GetValue<string>().ShouldBe("true");
        await api.MergeAsync(widgets.Path("w"), """{"spec":{"size":6}}""");
        (await watch.NextLineAsync()).ShouldBe("MODIFIED w");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Tables_are_watched_row_by_row(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a", ("w", "1")));
        await using var watch = await WatchReader.OpenAsync(
            api,
            $"{api.ConfigMaps}?labelSelector=w",
            "application/json;as=Table;v=v1;g=meta.k8s.io"
        );
        var (type, value) = (await watch.NextAsync())!.Value;
        type.ShouldBe("ADDED");
        value["kind"]!.GetValue<string>().ShouldBe("Table");
        value["columnDefinitions"]!.AsArray().Count.ShouldBe(3);
        value["rows"]![0]!["cells"]![0]!.GetValue<string>().ShouldBe("a");
        await api.DeleteAsync($"{api.ConfigMaps}/a");
        (await watch.NextAsync())!.Value.Type.ShouldBe("DELETED");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_version_of_the_future_is_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"));
        var future = long.Parse(made.ResourceVersion) + 1_000_000;
        var answer = await api.GetAsync($"{api.ConfigMaps}?resourceVersion={future}");
        answer.ShouldBe(504).Message.ShouldContain("Too large resource version");
    }
}
