using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Http;

/// <summary>Reads a container's log from the node that runs it.</summary>
internal sealed class LogEndpoint(PodLogSources sources, TimeProvider clock, CancellationToken stopping)
{
    public async Task AnswerAsync(HttpContext http, ApiResource resource, ObjectKey key)
    {
        var stored = resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, key.Name);
        var pod = stored.ToJson();
        var query = http.Request.Query;
        var container = Container(pod, key.Name, query["container"].ToString());
        var node = pod.Obj("spec").Str("nodeName");
        if (string.IsNullOrEmpty(node))
        {
            throw ApiException.BadRequest($"pod {key.Name} does not have a host assigned");
        }

        var source =
            sources.Find(node) ?? throw ApiException.Internal($"no log source is registered for node \"{node}\"");
        var request = new PodLogRequest(key.Namespace, key.Name, stored.Uid, container)
        {
            Follow = query.IsSet("follow"),
            Previous = query.IsSet("previous"),
            Timestamps = query.IsSet("timestamps"),
            TailLines = ListWriter.Number(query["tailLines"].ToString(), "tailLines"),
            LimitBytes = ListWriter.Number(query["limitBytes"].ToString(), "limitBytes"),
            Since = Since(query),
        };
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await using var stream =
            await source.OpenAsync(request, ends.Token)
            ?? throw ApiException.BadRequest(
                request.Previous
                    ? $"previous terminated container \"{container}\" in pod \"{key.Name}\" not found"
                    : $"container \"{container}\" in pod \"{key.Name}\" is waiting to start: ContainerCreating"
            );
        http.Response.ContentType = "text/plain";
        await http.Response.StartAsync(ends.Token);
        await CopyAsync(stream, http, request.LimitBytes, ends.Token);
    }

    private static async Task CopyAsync(
        Stream stream,
        HttpContext http,
        long? limit,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[32 << 10];
        var left = limit ?? long.MaxValue;
        try
        {
            int count;
            while (
                left > 0
                && (
                    count = await stream.ReadAsync(
                        buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)),
                        cancellationToken
                    )
                ) > 0
            )
            {
                left -= count;
                await http.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // The server stops: the log ends here.
        }
    }

    private static string Container(System.Text.Json.Nodes.JsonObject pod, string name, string wanted)
    {
        var spec = pod.Obj("spec");
        var all = spec.Objects("containers")
            .Concat(spec.Objects("initContainers"))
            .Select(c => c.Str("name") ?? "")
            .ToList();
        if (wanted.Length > 0)
        {
            return all.Contains(wanted, StringComparer.Ordinal)
                ? wanted
                : throw ApiException.BadRequest($"container {wanted} is not valid for pod {name}");
        }

        return all.Count == 1
            ? all[0]
            : throw ApiException.BadRequest(
                $"a container name must be specified for pod {name}, choose one of: [{string.Join(" ", all)}]"
            );
    }

    private DateTimeOffset? Since(IQueryCollection query)
    {
        if (ListWriter.Number(query["sinceSeconds"].ToString(), "sinceSeconds") is { } seconds)
        {
            return clock.GetUtcNow().AddSeconds(-seconds);
        }

        var text = query["sinceTime"].ToString();
        return text.Length == 0
            ? null
            : KubernetesTime.Parse(text) ?? throw ApiException.BadRequest($"sinceTime \"{text}\" is no RFC 3339 time");
    }
}
