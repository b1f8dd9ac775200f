using System.Net;
using System.Net.Sockets;
using Binnacle.Api;
using Binnacle.Operator.Observing;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Certificates;
using Kubernetes.Runtime.Events;
using Kubernetes.Runtime.Telemetry;
using Kubernetes.Runtime.Webhooks;

namespace Binnacle.Operator.Admission;

/// <summary>
/// The operator's webhooks with all that belongs to them: the server, its certificates, and the cluster's knowledge of
/// both. Every replica has one.
/// </summary>
internal sealed class OperatorWebhooks : IAsyncDisposable
{
    /// <summary>The installed webhook: validity, for all five kinds.</summary>
    public const string Validation = "validation.binnacle.dev";

    /// <summary>The webhook that the operator adds: rights that stacks give away.</summary>
    public const string Rights = "rights.binnacle.dev";

    /// <summary>Where <see cref="Validation"/> is served.</summary>
    public const string ValidationPath = "/validate";

    /// <summary>Where <see cref="Rights"/> is served.</summary>
    public const string RightsPath = "/rights";

    private readonly WebhookServer _server;
    private readonly EventRecorder _events;
    private readonly World _world;
    private readonly IPEndPoint _listen;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ServingCertificate _certificate;
    private readonly CertificateSecret? _own;
    private readonly CertificateFiles? _files;
    private readonly WebhookConfigurationKeeper _configuration;

    /// <summary>Puts them together; nothing runs yet.</summary>
    public OperatorWebhooks(
        WebhookOptions options,
        IKubernetesClient client,
        World world,
        RuntimeMetrics metrics,
        TimeProvider clock,
        ILoggerFactory loggers
    )
    {
        _world = world;
        _listen = options.Listen;
        _clock = clock;
        _logger = loggers.CreateLogger<OperatorWebhooks>();
        _events = new EventRecorder(
            client,
            "binnacle.dev/webhooks",
            Environment.MachineName,
            clock,
            loggers.CreateLogger<EventRecorder>(),
            metrics
        );
        _certificate = new ServingCertificate(metrics);
        var handlers = new Dictionary<string, IAdmissionHandler>
        {
            [ValidationPath] = new ValidityAdmission(world.EnvironmentOf),
            [RightsPath] = new RightsAdmission(world, new AccessReviewer(client)),
        };
        _server = new WebhookServer(
            new WebhookServerOptions { Listen = options.Listen },
            _certificate,
            handlers,
            clock,
            loggers,
            metrics
        );
        if (options.CertificateDirectory is { } folder)
        {
            _files = new CertificateFiles(folder, _certificate, clock, loggers.CreateLogger<CertificateFiles>());
        }
        else
        {
            _own = new CertificateSecret(
                client,
                options.Secret,
                new CertificatePolicy("binnacle-webhooks", options.Hosts),
                _certificate,
                clock,
                loggers.CreateLogger<CertificateSecret>(),
                _events,
                metrics
            );
        }

        _configuration = new WebhookConfigurationKeeper(
            client,
            new WebhookConfigurationOptions(options.Configuration, OperatorProcess.FieldManager)
            {
                Webhooks = [Validation],
                Added = [new AddedWebhook(RightsEntry, Validation, RightsPath)],
            },
            _own,
            clock,
            loggers.CreateLogger<WebhookConfigurationKeeper>(),
            metrics
        );
    }

    /// <summary>Why requests cannot be answered: there is no certificate that is valid now; null: they can.</summary>
    public string? Problem => _certificate.ProblemAt(_clock.GetUtcNow());

    /// <summary>
    /// Fails closed: what it would refuse must not get through while nobody answers. For that it is asked as seldom as
    /// the API server can tell: about what discovers, when it is new or changes its spec or labels.
    /// </summary>
    internal static ValidatingWebhook RightsEntry { get; } =
        new()
        {
            Name = Rights,
            Rules =
            [
                new RuleWithOperations
                {
                    ApiGroups = [BinnacleResources.Group],
                    ApiVersions = [BinnacleResources.Version],
                    Operations = ["CREATE", "UPDATE"],
                    Resources =
                    [
                        HealthProbe.ResourceType.Plural,
                        MonitoringStack.ResourceType.Plural,
                        ScrapeTarget.ResourceType.Plural,
                    ],
                    Scope = "Namespaced",
                },
            ],
            FailurePolicy = "Fail",
            MatchPolicy = "Equivalent",
            SideEffects = "None",
            TimeoutSeconds = 5,
            AdmissionReviewVersions = ["v1"],
            MatchConditions =
            [
                new MatchCondition
                {
                    Name = "is-not-being-deleted",
                    Expression = "!has(object.metadata.deletionTimestamp)",
                },
                new MatchCondition
                {
                    Name = "is-a-stack-or-discovers",
                    Expression =
                        "request.kind.kind == 'MonitoringStack' || "
                        + "(has(object.spec) && (has(object.spec.services) || has(object.spec.pods)))",
                },
                new MatchCondition
                {
                    Name = "spec-or-labels-are-new",
                    Expression =
                        "request.operation == 'CREATE' || has(object.spec) != has(oldObject.spec) || "
                        + "(has(object.spec) && object.spec != oldObject.spec) || "
                        + "has(object.metadata.labels) != has(oldObject.metadata.labels) || "
                        + "(has(object.metadata.labels) && object.metadata.labels != oldObject.metadata.labels)",
                },
            ],
        };

    /// <summary>
    /// Listens, and keeps the certificates and, once the caches are full, the webhook configuration, until cancelled. It
    /// goes on answering until it is disposed.
    /// </summary>
    /// <exception cref="CannotListenException">The address is taken, or none of this machine's.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _server.StartAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            throw new CannotListenException($"{_listen} (--webhook-listen)", problem);
        }

        _logger.LogInformation("Webhooks are served at {Endpoint}", _server.Endpoint);
        var certificates =
            _own?.RunAsync(cancellationToken) ?? _files?.RunAsync(cancellationToken) ?? Task.CompletedTask;
        await Task.WhenAll(
            certificates,
            KeepConfigurationAsync(cancellationToken),
            _events.RunAsync(cancellationToken)
        );
    }

    /// <summary>Answers what is in progress, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _own?.Dispose();
    }

    private async Task KeepConfigurationAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The webhook that fails closed comes only when it can be answered.
            await _world.WaitForSyncAsync(cancellationToken);
            await _configuration.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
    }
}
