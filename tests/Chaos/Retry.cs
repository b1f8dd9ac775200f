using System.Diagnostics;
using Kubernetes.Client;

namespace Chaos;

/// <summary>What this program itself asks for must survive what it does to the cluster.</summary>
internal static class Retry
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Asks again while the server is away.</summary>
    public static async Task<T> Async<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await call(cancellation);
            }
            catch (Exception e) when (IsPassing(e) && watch.Elapsed < Patience)
            {
                await Task.Delay(Pause, cancellation);
            }
        }
    }

    /// <summary>Looks until the answer is yes.</summary>
    /// <exception cref="TimeoutException">It did not become so.</exception>
    public static async Task UntilAsync(
        Func<CancellationToken, Task<bool>> look,
        TimeSpan within,
        string otherwise,
        CancellationToken cancellation
    )
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var last = "";
            try
            {
                if (await look(cancellation))
                {
                    return;
                }
            }
            catch (Exception e) when (IsPassing(e))
            {
                last = $": {e.Message}";
            }

            if (watch.Elapsed > within)
            {
                throw new TimeoutException($"{otherwise} within {within.TotalSeconds:0} s{last}");
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    private static bool IsPassing(Exception e) =>
        e is HttpRequestException or IOException
        || e
            is KubernetesApiException
            {
                Kind: KubernetesErrorKind.Transport
                    or KubernetesErrorKind.Timeout
                    or KubernetesErrorKind.ServerError
                    or KubernetesErrorKind.TooManyRequests
                    or KubernetesErrorKind.Unauthorized
                    or KubernetesErrorKind.NotFound
                    or KubernetesErrorKind.Expired
                    or KubernetesErrorKind.Conflict
                    or KubernetesErrorKind.Unknown
            };
}
