using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>The events of one open watch.</summary>
internal static class WatchStream
{
    /// <summary>An object is at most 1.5 MiB in etcd; its JSON is at most some times that.</summary>
    private const int MaxLine = 16 * 1024 * 1024;

    /// <summary>How much later than asked for the server may end a silent stream before it counts as broken.</summary>
    internal static readonly TimeSpan IdleMargin = TimeSpan.FromSeconds(15);

    public static async IAsyncEnumerable<WatchEvent<T>> ReadAsync<T>(
        HttpResponseMessage response,
        string request,
        TimeSpan timeout,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        using var idle = new Deadline(time, timeout + IdleMargin, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var lines = new LineReader(
            PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true)),
            MaxLine
        );
        while (true)
        {
            var (more, found) = await NextAsync<T>(lines, request, idle);
            if (!more)
            {
                yield break;
            }
            idle.Restart();
            if (found is { } change)
            {
                yield return change;
            }
        }
    }

    private static async ValueTask<(bool More, WatchEvent<T>? Found)> NextAsync<T>(
        LineReader lines,
        string request,
        Deadline idle
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        try
        {
            return await lines.ReadAsync(idle.Token) is { } line
                ? (true, WatchEventReader.Read<T>(line, request))
                : (false, null);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new KubernetesApiException(
                KubernetesErrorKind.Unknown,
                $"{request}: the server's answer is not a watch of {T.ResourceType}: {e.Message}",
                innerException: e
            );
        }
        catch (Exception e) when (idle.CanExplain(e))
        {
            throw idle.Explain(request, e);
        }
    }
}
