using System.Globalization;
using Kubernetes.Client;
using Kubernetes.Models;
using NSubstitute;

namespace Kubernetes.Runtime.Tests.Leases;

/// <summary>One Lease on an API server, and lines to it that may be slow or cut.</summary>
internal sealed class LeaseServer(TimeProvider time)
{
    public static readonly ObjectKey Key = new("system", "leader");

    private long _version;

    /// <summary>The Lease; null when there is none.</summary>
    public Lease? Stored { get; private set; }

    public string Holder => Stored?.Spec?.HolderIdentity ?? "";

    /// <summary>Changes it as somebody with an editor does.</summary>
    public void Edit(Func<Lease, Lease?> change) => Stored = change(Stored!) is { } changed ? Next(changed) : null;

    /// <summary>A client on a line of its own.</summary>
    public IKubernetesClient Connect(Line line)
    {
        var client = Substitute.For<IKubernetesClient>();
        client
            .FindAsync<Lease>(Arg.Any<ObjectKey>(), Arg.Any<CancellationToken>())
            .Returns(call => line.AskAsync(time, "find", () => Stored, call.Arg<CancellationToken>()));
        client
            .CreateAsync(Arg.Any<Lease>(), Arg.Any<WriteOptions>(), Arg.Any<CancellationToken>())
            .Returns(call =>
                line.AskAsync(time, "create", () => Create(call.Arg<Lease>()), call.Arg<CancellationToken>())
            );
        client
            .ReplaceAsync(Arg.Any<Lease>(), Arg.Any<WriteOptions>(), Arg.Any<CancellationToken>())
            .Returns(call =>
                line.AskAsync(time, "replace", () => Replace(call.Arg<Lease>()), call.Arg<CancellationToken>())
            );
        return client;
    }

    private Lease Create(Lease lease) =>
        Stored = Stored is null
            ? Next(lease)
            : throw new KubernetesApiException(KubernetesErrorKind.AlreadyExists, "already exists", 409);

    private Lease Replace(Lease lease)
    {
        if (Stored is null)
        {
            throw new KubernetesApiException(KubernetesErrorKind.NotFound, "not found", 404);
        }

        return Stored =
            lease.Metadata.ResourceVersion == Stored.Metadata.ResourceVersion
                ? Next(lease)
                : throw new KubernetesApiException(KubernetesErrorKind.Conflict, "modified", 409);
    }

    private Lease Next(Lease lease) =>
        lease with
        {
            Metadata = lease.Metadata with { ResourceVersion = (++_version).ToString(CultureInfo.InvariantCulture) },
        };
}

/// <summary>The way of one candidate to the server.</summary>
internal sealed class Line
{
    /// <summary>Requests and answers that are on the way are lost while this is true.</summary>
    public bool IsCut { get; set; }

    /// <summary>How long one way takes.</summary>
    public Func<TimeSpan> Delay { get; set; } = () => TimeSpan.Zero;

    /// <summary>What the server answers instead; asked before each request.</summary>
    public Func<string, Exception?> Fault { get; set; } = _ => null;

    /// <summary>What was asked for, in order.</summary>
    public List<string> Requests { get; } = [];

    public async Task<T> AskAsync<T>(TimeProvider time, string verb, Func<T> serve, CancellationToken cancellationToken)
    {
        Requests.Add(verb);
        // Whoever asked may have given up when the request arrives; it is served all the same.
        return await OnTheWayAsync(time, verb, serve).WaitAsync(cancellationToken);
    }

    private async Task<T> OnTheWayAsync<T>(TimeProvider time, string verb, Func<T> serve)
    {
        await Task.Delay(Delay(), time);
        await ArriveAsync();
        if (Fault(verb) is { } fault)
        {
            throw fault;
        }

        var answer = serve();
        await Task.Delay(Delay(), time);
        await ArriveAsync();
        return answer;
    }

    private Task ArriveAsync() => IsCut ? new TaskCompletionSource().Task : Task.CompletedTask;
}
