using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Events;
using Kubernetes.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Certificates;

/// <summary>
/// Certificates that a server makes for itself and shares with its replicas in a Secret: an authority, and a leaf by it.
/// Every replica runs one. Whoever comes first makes or renews them; writes name the version that was read, and who
/// loses such a race reads again and takes what the other made. A Secret that is deleted, or whose content is broken, is
/// written anew from what this replica still serves, and made anew only where there is nothing to go on from.
/// </summary>
public sealed class CertificateSecret : ICaBundleSource, IDisposable
{
    private const int MostAttempts = 20;
    private const int MostSteps = 8;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private readonly IKubernetesClient _client;
    private readonly ObjectKey _key;
    private readonly CertificatePolicy _policy;
    private readonly ServingCertificate _serving;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly EventRecorder? _events;
    private readonly Store<Secret> _store = new();
    private readonly Reflector<Secret> _reflector;
    private readonly SemaphoreSlim _one = new(1);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private volatile CertificateMaterial? _held;
    private volatile byte[]? _bundle;

    /// <summary>Makes one that does nothing until <see cref="RunAsync"/>.</summary>
    /// <param name="client">The server that keeps the Secret.</param>
    /// <param name="secret">Namespace and name of the Secret.</param>
    /// <param name="policy">What to make, and when to renew it.</param>
    /// <param name="serving">Receives the certificate.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Told of what is made, and why.</param>
    /// <param name="events">Told of content that was replaced; null: only the log is.</param>
    /// <param name="metrics">Where its watch is counted; null: nowhere.</param>
    public CertificateSecret(
        IKubernetesClient client,
        ObjectKey secret,
        CertificatePolicy policy,
        ServingCertificate serving,
        TimeProvider clock,
        ILogger logger,
        EventRecorder? events = null,
        RuntimeMetrics? metrics = null
    )
    {
        if (policy.Hosts.Count == 0)
        {
            throw new ArgumentException("the certificate is for no host", nameof(policy));
        }

        _client = client;
        _key = secret;
        _policy = policy;
        _serving = serving;
        _clock = clock;
        _logger = logger;
        _events = events;
        var options = new ReflectorOptions<Secret>
        {
            Namespace = secret.Namespace,
            FieldSelector = $"metadata.name={secret.Name}",
        };
        _reflector = new Reflector<Secret>(client, _store, options, clock, logger, metrics);
        _store.Subscribe(_ => _wake.Writer.TryWrite(true));
    }

    /// <inheritdoc />
    public byte[]? Bundle => _bundle;

    /// <inheritdoc />
    public event EventHandler? BundleChanged;

    /// <summary>Keeps the certificates until cancelled. Failures are logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watching = _reflector.RunAsync(cancellationToken);
        var backoff = Backoff.OfOneLoop(_clock);
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                var due = await ReconcileAsync(cancellationToken) - _clock.GetUtcNow();
                pause =
                    due > LongestWait ? LongestWait
                    : due < ShortestWait ? ShortestWait
                    : due;
                backoff.Reset();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                pause = backoff.Next();
                _serving.Failed();
                _logger.LogWarning("Certificates in Secret {Secret} cannot be kept: {Message}", _key, e.Message);
            }

            await WaitAsync(pause, cancellationToken);
        }

        await watching;
    }

    /// <inheritdoc />
    public async Task<byte[]?> RefreshAsync(CancellationToken cancellationToken)
    {
        await ReconcileAsync(cancellationToken);
        return _bundle;
    }

    /// <summary>To be called when nothing runs any more.</summary>
    public void Dispose() => _one.Dispose();

    /// <summary>Reads the Secret, does what is due, and publishes the result. Returns when something is due next.</summary>
    internal async Task<DateTimeOffset> ReconcileAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var secret = await _client.FindAsync<Secret>(_key, cancellationToken);
                string? problem = null;
                var current = secret is null ? null : CertificateMaterial.Read(secret.Data, out problem);
                var now = _clock.GetUtcNow();
                var (next, due, why) = Bring(current ?? _held ?? CertificateMaterial.New(_policy, now), now);
                if (ReferenceEquals(next, current) || await TryWriteAsync(secret, next, cancellationToken))
                {
                    if (!ReferenceEquals(next, current))
                    {
                        Tell(secret, problem, why, next);
                    }

                    Publish(next);
                    return due;
                }

                if (attempt == MostAttempts)
                {
                    throw new InvalidOperationException($"somebody else changes Secret {_key} all the time");
                }
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private (CertificateMaterial Next, DateTimeOffset Due, string Why) Bring(
        CertificateMaterial from,
        DateTimeOffset now
    )
    {
        var next = from;
        var why = "";
        var decision = CertificatePlan.Next(next, _policy, now);
        for (var step = 0; decision.Step != CertificateStep.Keep && step < MostSteps; step++)
        {
            why = decision.Reason;
            next = CertificatePlan.Do(decision.Step, next, _policy, now);
            decision = CertificatePlan.Next(next, _policy, now);
        }

        return (next, decision.Step == CertificateStep.Keep ? decision.Until : now, why);
    }

    /// <summary>False when somebody else was faster: what there is now must be read.</summary>
    private async Task<bool> TryWriteAsync(Secret? secret, CertificateMaterial material, CancellationToken cancellation)
    {
        try
        {
            if (secret is null)
            {
                var made = new Secret
                {
                    Metadata = new ObjectMeta { Namespace = _key.Namespace, Name = _key.Name },
                    Type = "kubernetes.io/tls",
                    Data = material.ToData(),
                };
                await _client.CreateAsync(made, new WriteOptions(), cancellation);
            }
            else
            {
                var patch = PatchOf(secret.Metadata.ResourceVersion, material);
                await _client.PatchAsync<Secret>(_key, patch, new WriteOptions(), cancellation);
            }

            return true;
        }
        catch (KubernetesApiException e)
            when (e.Kind is KubernetesErrorKind.Conflict or KubernetesErrorKind.AlreadyExists
                || (e.Kind == KubernetesErrorKind.NotFound && secret is not null)
            )
        {
            return false;
        }
        catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.Invalid && secret?.Immutable == true)
        {
            var same = new DeleteRequest
            {
                Uid = secret.Metadata.Uid,
                ResourceVersion = secret.Metadata.ResourceVersion,
            };
            await _client.DeleteAsync<Secret>(_key, same, cancellation);
            return false;
        }
    }

    private static Patch PatchOf(string? resourceVersion, CertificateMaterial material)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("metadata");
            writer.WriteString("resourceVersion", resourceVersion);
            writer.WriteEndObject();
            writer.WriteStartObject("data");
            foreach (var (key, value) in material.ToData())
            {
                writer.WriteBase64String(key, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Patch.Merge(json.WrittenMemory);
    }

    private void Tell(Secret? secret, string? problem, string why, CertificateMaterial made)
    {
        if (secret is not null && problem is not null)
        {
            _logger.LogWarning("The content of Secret {Secret} was replaced: {Problem}", _key, problem);
            _events?.Record(secret, EventType.Warning, "CertificatesReplaced", "Replace", $"Written anew: {problem}");
        }
        else
        {
            _logger.LogInformation(
                "Secret {Secret}: {Why}; the certificate is valid until {Until:u}",
                _key,
                secret is null ? "made" : why,
                Validity.Until(made.Leaf)
            );
        }
    }

    private void Publish(CertificateMaterial material)
    {
        var bundle = material.Bundle;
        var isNew = _bundle is not { } before || !bundle.AsSpan().SequenceEqual(before);
        _held = material;
        _bundle = bundle;
        if (_serving.Current?.Thumbprint != material.Leaf.Thumbprint)
        {
            _serving.Set(material.Leaf);
        }

        if (isNew)
        {
            BundleChanged?.Invoke(this, EventArgs.Empty);
        }
    }

    private async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(atMost, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Due, or the end.
        }
    }
}
