using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;

namespace LocalCluster.ApiServer.Http;

/// <summary>Streams the changes of a resource as lines of JSON until the client, its timeout or the server ends it.</summary>
internal sealed class WatchWriter(TimeProvider clock)
{
    private static readonly TimeSpan BookmarkPeriod = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    // More than a timer takes is more than anybody waits.
    private const long MaxSeconds = 30 * 24 * 3600;
    private const int BatchSize = 128;
    private const string StreamType = "application/json;stream=watch";

    public async Task WriteAsync(
        HttpContext http,
        ApiResource resource,
        ObjectSelector selector,
        AnswerForm form,
        CancellationToken stopping
    )
    {
        var options = ListOptions.Read(http.Request.Query, isWatch: true);
        var timeout =
            options.TimeoutSeconds > 0
                ? TimeSpan.FromSeconds(Math.Min(options.TimeoutSeconds, MaxSeconds))
                : DefaultTimeout;
        var stream = new Stream(
            http.Response.BodyWriter,
            resource,
            selector,
            form,
            TableWriter.CheckInclude(http.Request.Query),
            clock
        );
        long position;
        Snapshot? initial;
        bool sendEnd;
        try
        {
            position = Start(options, resource, out initial);
            sendEnd = options is { SendInitialEvents: true, AllowWatchBookmarks: true };
        }
        catch (ApiException e) when (e.Code == 410)
        {
            // As a real server does: the watch is opened, and says in its first line that it cannot go on.
            http.Response.ContentType = StreamType;
            stream.Error(e);
            await stream.FlushAsync(http.RequestAborted);
            return;
        }

        http.Response.ContentType = StreamType;
        http.Response.Headers.CacheControl = "no-cache, private";
        await http.Response.StartAsync(http.RequestAborted);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);

        using var deadline = new CancellationTokenSource(timeout, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, http.RequestAborted, stopping);
        var bookmarks = options.AllowWatchBookmarks;
        try
        {
            if (initial is not null)
            {
                await stream.InitialAsync(initial, sendEnd, ends.Token);
            }

            await FollowAsync(resource.Store, stream, position, bookmarks, ends.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            if (bookmarks && !stopping.IsCancellationRequested && stream.Seen > 0)
            {
                stream.Bookmark(stream.Seen, initialEnd: false);
            }

            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
    }

    /// <summary>Where the stream begins, and what it tells first.</summary>
    private static long Start(ListOptions options, ApiResource resource, out Snapshot? initial)
    {
        if (options.SendInitialEvents != true && options.ResourceVersion is { } version and not 0)
        {
            initial = null;
            return resource.Store.PositionAfter(version);
        }

        var (snapshot, position) = resource.Store.SnapshotAndPosition();
        if (options.ResourceVersion > snapshot.Version)
        {
            throw ApiException.TooLargeResourceVersion(options.ResourceVersion.Value, snapshot.Version);
        }

        initial = options.SendInitialEvents == false ? null : snapshot;
        return position;
    }

    private async Task FollowAsync(
        ResourceStore store,
        Stream stream,
        long position,
        bool bookmarks,
        CancellationToken cancellationToken
    )
    {
        var batch = new Change[BatchSize];
        while (true)
        {
            var read = store.Read(position, batch);
            if (read.Behind)
            {
                stream.Error(ApiException.Expired($"too old resource version: {stream.Seen}"));
                await stream.FlushAsync(cancellationToken);
                return;
            }

            for (var i = 0; i < read.Count; i++)
            {
                stream.Write(batch[i]);
                await stream.FlushIfLargeAsync(cancellationToken);
            }

            position += read.Count;
            if (read.Count > 0)
            {
                await stream.FlushAsync(cancellationToken);
                continue;
            }

            if (read.Closed)
            {
                return;
            }

            stream.Seen = read.Version;
            if (!bookmarks)
            {
                await read.More.WaitAsync(cancellationToken);
                continue;
            }

            try
            {
                await read.More.WaitAsync(BookmarkPeriod, clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                stream.Bookmark(read.Version, initialEnd: false);
                await stream.FlushAsync(cancellationToken);
            }
        }
    }

    /// <summary>The lines of one watch.</summary>
    private sealed class Stream(
        PipeWriter writer,
        ApiResource resource,
        ObjectSelector selector,
        AnswerForm form,
        string include,
        TimeProvider clock
    )
    {
        private const int FlushBytes = 256 << 10;
        private bool columnsSent;

        /// <summary>The version up to which the client knows everything.</summary>
        public long Seen { get; set; }

        public async Task InitialAsync(Snapshot snapshot, bool sendEnd, CancellationToken cancellationToken)
        {
            foreach (var item in snapshot.Select(selector.Namespace, after: null))
            {
                if (selector.Matches(item))
                {
                    Line("ADDED"u8, item);
                    await FlushIfLargeAsync(cancellationToken);
                }
            }

            Seen = snapshot.Version;
            if (sendEnd)
            {
                Bookmark(snapshot.Version, initialEnd: true);
            }

            await FlushAsync(cancellationToken);
        }

        public void Write(in Change change)
        {
            var before = change.Previous is not null && selector.Matches(change.Previous);
            var after = change.Type != ChangeType.Deleted && selector.Matches(change.Object);
            switch (before, after)
            {
                case (false, true):
                    Line("ADDED"u8, change.Object);
                    break;
                case (true, true):
                    Line("MODIFIED"u8, change.Object);
                    break;
                case (true, false) when change.Type == ChangeType.Deleted:
                    Line("DELETED"u8, change.Object);
                    break;
                case (true, false):
                    // What left the selection is told as it was last seen there, at the version at which it left.
                    var last = change.Previous!.ToJson();
                    Line("DELETED"u8, StoredObject.Freeze(change.Object.Key, last, change.Object.ResourceVersion, []));
                    break;
                default:
                    break;
            }

            Seen = change.Object.ResourceVersion;
        }

        public void Bookmark(long version, bool initialEnd)
        {
            var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
            metadata["creationTimestamp"] = null;
            if (initialEnd)
            {
                metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
            }

            JsonObject value = form.Kind switch
            {
                FormKind.Table => TableWriter.Table(
                    form.ApiVersion,
                    new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) },
                    columnsSent ? null : TableWriter.Definitions(resource.Columns),
                    [
                        new JsonObject
                        {
                            ["cells"] = new JsonArray(),
                            ["object"] = new JsonObject
                            {
                                ["kind"] = "PartialObjectMetadata",
                                ["apiVersion"] = "meta.k8s.io/v1",
                                ["metadata"] = metadata,
                            },
                        },
                    ]
                ),
                FormKind.Partial => new JsonObject
                {
                    ["kind"] = "PartialObjectMetadata",
                    ["apiVersion"] = "meta.k8s.io/v1",
                    ["metadata"] = metadata,
                },
                _ => new JsonObject
                {
                    ["kind"] = resource.Kind,
                    ["apiVersion"] = resource.ApiVersion,
                    ["metadata"] = metadata,
                },
            };
            Line("BOOKMARK"u8, value.ToUtf8());
        }

        public void Error(ApiException error) => Line("ERROR"u8, error.ToStatus().ToUtf8());

        public async ValueTask FlushAsync(CancellationToken cancellationToken) =>
            await writer.FlushAsync(cancellationToken);

        public async ValueTask FlushIfLargeAsync(CancellationToken cancellationToken)
        {
            if (writer.UnflushedBytes > FlushBytes)
            {
                await writer.FlushAsync(cancellationToken);
            }
        }

        private void Line(ReadOnlySpan<byte> type, StoredObject value) => Line(type, Body(value));

        private byte[] Body(StoredObject value)
        {
            switch (form.Kind)
            {
                case FormKind.Table:
                    var definitions = columnsSent ? null : TableWriter.Definitions(resource.Columns);
                    columnsSent = true;
                    var row = TableWriter.Row(
                        resource.Columns,
                        ObjectPipeline.Serve(resource, value),
                        include,
                        clock.GetUtcNow()
                    );
                    var version = value.ResourceVersion.ToString(CultureInfo.InvariantCulture);
                    return TableWriter
                        .Table(form.ApiVersion, new JsonObject { ["resourceVersion"] = version }, definitions, [row])
                        .ToUtf8();
                case FormKind.Partial:
                    return TableWriter.Partial(value.ToJson(), form.ApiVersion).ToUtf8();
                default:
                    return ListWriter.Bytes(resource, value);
            }
        }

        private void Line(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
        {
            writer.Write("{\"type\":\""u8);
            writer.Write(type);
            writer.Write("\",\"object\":"u8);
            writer.Write(body);
            writer.Write("}\n"u8);
        }
    }
}
