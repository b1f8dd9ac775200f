using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Certificates;
using Kubernetes.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Webhooks;

/// <summary>
/// Keeps what API servers must know to call our webhooks in a ValidatingWebhookConfiguration that somebody else
/// installed: the caBundle of each webhook of ours, whoever removed or changed it (a chart's upgrade does), and the
/// webhooks that we add ourselves. Nothing else of the configuration is touched, and it is never created: that it is
/// gone means that no webhooks are wanted.
/// </summary>
public sealed class WebhookConfigurationKeeper
{
    private readonly IKubernetesClient _client;
    private readonly WebhookConfigurationOptions _options;
    private readonly ICaBundleSource? _bundles;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Store<ValidatingWebhookConfiguration> _store = new();
    private readonly Reflector<ValidatingWebhookConfiguration> _reflector;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private bool _conditionsUnknown;

    /// <summary>Makes one that does nothing until <see cref="RunAsync"/>.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="bundles">The authorities; null when somebody else keeps the caBundle.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Told of repairs.</param>
    /// <param name="metrics">Where its watch is counted; null: nowhere.</param>
    public WebhookConfigurationKeeper(
        IKubernetesClient client,
        WebhookConfigurationOptions options,
        ICaBundleSource? bundles,
        TimeProvider clock,
        ILogger logger,
        RuntimeMetrics? metrics = null
    )
    {
        _client = client;
        _options = options;
        _bundles = bundles;
        _clock = clock;
        _logger = logger;
        var one = new ReflectorOptions<ValidatingWebhookConfiguration>
        {
            FieldSelector = $"metadata.name={options.Name}",
        };
        _reflector = new Reflector<ValidatingWebhookConfiguration>(client, _store, one, clock, logger, metrics);
        _store.Subscribe(_ => Wake());
        bundles?.BundleChanged += (_, _) => Wake();
    }

    /// <summary>Keeps it until cancelled. Failures are logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watching = _reflector.RunAsync(cancellationToken);
        var backoff = Backoff.OfOneLoop(_clock);
        try
        {
            while (true)
            {
                await _wake.Reader.ReadAsync(cancellationToken);
                try
                {
                    await ReconcileAsync(cancellationToken);
                    backoff.Reset();
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    _logger.LogWarning(
                        "Webhook configuration {Name} cannot be kept: {Message}",
                        _options.Name,
                        e.Message
                    );
                    await Task.Delay(backoff.Next(), _clock, cancellationToken);
                    Wake();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }

        await watching;
    }

    /// <summary>Looks at the configuration again, as when something was changed on which it depends.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        if (
            _store.Find(new ObjectKey("", _options.Name)) is not { } configuration
            || configuration.Metadata.DeletionTimestamp is not null
        )
        {
            return;
        }

        var bundle = _bundles?.Bundle;
        if (_bundles is not null && bundle is null)
        {
            return;
        }

        if (Differing(configuration, bundle).Count > 0)
        {
            // Another replica may have renewed what we know: its newer bundle must not be undone.
            bundle = await _bundles!.RefreshAsync(cancellationToken);
            await RepairAsync(configuration, bundle, cancellationToken);
        }

        foreach (var added in _options.Added)
        {
            await AddAsync(configuration, added, bundle, !_conditionsUnknown, cancellationToken);
        }
    }

    private List<int> Differing(ValidatingWebhookConfiguration configuration, byte[]? bundle)
    {
        var webhooks = configuration.Webhooks ?? [];
        return bundle is null
            ? []
            :
            [
                .. Enumerable
                    .Range(0, webhooks.Count)
                    .Where(i =>
                        _options.Webhooks.Contains(webhooks[i].Name)
                        && !bundle.AsSpan().SequenceEqual(webhooks[i].ClientConfig?.CaBundle)
                    ),
            ];
    }

    /// <summary>Replaces caBundles, each only if the webhook in that place is still the one that was read.</summary>
    private async Task RepairAsync(
        ValidatingWebhookConfiguration configuration,
        byte[]? bundle,
        CancellationToken cancellationToken
    )
    {
        var wrong = Differing(configuration, bundle);
        if (wrong.Count == 0)
        {
            return;
        }

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartArray();
            foreach (var i in wrong)
            {
                writer.WriteStartObject();
                writer.WriteString("op", "test");
                writer.WriteString("path", $"/webhooks/{i}/name");
                writer.WriteString("value", configuration.Webhooks![i].Name);
                writer.WriteEndObject();
                writer.WriteStartObject();
                writer.WriteString("op", "add");
                writer.WriteString("path", $"/webhooks/{i}/clientConfig/caBundle");
                writer.WriteBase64String("value", bundle);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        var options = new WriteOptions { FieldManager = _options.FieldManager };
        await _client.PatchAsync<ValidatingWebhookConfiguration>(
            configuration.Key,
            Patch.Json(json.WrittenMemory),
            options,
            cancellationToken
        );
        _logger.LogInformation("Webhook configuration {Name}: the caBundle was set", _options.Name);
    }

    private async Task AddAsync(
        ValidatingWebhookConfiguration configuration,
        AddedWebhook added,
        byte[]? bundle,
        bool withConditions,
        CancellationToken cancellationToken
    )
    {
        var wanted = added.In(configuration, bundle, withConditions);
        if (wanted is null)
        {
            _logger.LogWarning(
                "Webhook configuration {Name} has no webhook {Sibling}: {Added} cannot be added",
                _options.Name,
                added.Sibling,
                added.Entry.Name
            );
            return;
        }

        var intent = new ValidatingWebhookConfiguration
        {
            Metadata = new ObjectMeta { Name = _options.Name },
            Webhooks = [wanted],
        };
        if (Superset.Of(JsonElement.Parse(configuration.ToUtf8Json()), JsonElement.Parse(intent.ToUtf8Json())))
        {
            return;
        }

        // The server adds to the list what has another name.
        var options = new WriteOptions
        {
            FieldManager = _options.FieldManager,
            Force = true,
            // One that was deleted meanwhile must not come back with this entry alone.
            Uid = configuration.Metadata.Uid,
        };
        try
        {
            await _client.ApplyAsync(intent, options, cancellationToken);
        }
        catch (KubernetesApiException e) when (wanted.MatchConditions is not null && IsAboutTheObject(e))
        {
            // If it is not about them, it is refused without them too.
            await AddAsync(configuration, added, bundle, withConditions: false, cancellationToken);
            _conditionsUnknown = true;
            _logger.LogWarning(
                "The API server takes no matchConditions ({Message}): webhook {Webhook} is asked about every request",
                e.Message,
                added.Entry.Name
            );
            return;
        }

        _logger.LogInformation("Webhook configuration {Name}: webhook {Webhook} was set", _options.Name, wanted.Name);
    }

    private static bool IsAboutTheObject(KubernetesApiException e) =>
        e.Kind is KubernetesErrorKind.Invalid or KubernetesErrorKind.BadRequest or KubernetesErrorKind.MethodNotAllowed;
}
