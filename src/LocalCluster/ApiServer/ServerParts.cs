using System.Net;
using LocalCluster.ApiServer.Admission;
using LocalCluster.ApiServer.Background;
using LocalCluster.ApiServer.BuiltIn;
using LocalCluster.ApiServer.Crds;
using LocalCluster.ApiServer.Discovery;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.OpenApi;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Security;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;
using LocalCluster.Patching;

namespace LocalCluster.ApiServer;

/// <summary>Everything behind the listening socket, put together.</summary>
internal sealed class ServerParts : IDisposable
{
    private readonly NamespaceController namespaces;
    private readonly CrdController definitions;
    private readonly GarbageCollector garbage;
    private readonly DisruptionController disruptions;
    private readonly EventExpiry expiry;
    private readonly RoleAggregator aggregator;
    private readonly ServiceAccountTokens tokens;
    private readonly PodProxyEndpoint proxy;
    private readonly WebhookClient webhooks;
    private readonly Quotas quotas;

    public ServerParts(
        IPNetwork serviceRange,
        ServerKeys keys,
        Journal? journal,
        PodLogSources logs,
        Func<string> address,
        TimeProvider clock,
        ILogger logger,
        CancellationToken stopping
    )
    {
        var authority = keys.Authority;
        Database = new(journal);
        Registry = new();
        Addresses = new(serviceRange);
        var builtIn = new BuiltInResources(Database, Addresses);
        Registry.Add([.. builtIn.Core(), .. builtIn.Groups()]);
        foreach (var review in BuiltInResources.Reviews())
        {
            Registry.Add(review);
        }

        var registrar = new CrdRegistrar(Registry, Database);
        var definitionStore = Database.Open(new("apiextensions.k8s.io", "customresourcedefinitions"), []);
        Registry.Add([Definitions(definitionStore, new(clock, registrar.Judge))]);
        registrar.Follow(definitionStore);

        var authorizer = new RbacAuthorizer(Database);
        webhooks = new(Database);
        quotas = new(Registry, Database, clock, logger);
        var pipeline = new ObjectPipeline(
            clock,
            Registry,
            [new EscalationCheck(authorizer), new PodAccountCheck(Database), new ClaimResizeCheck(Database)],
            [new WebhookAdmission(Registry, Database, webhooks, logger), quotas]
        );
        proxy = new(pipeline);
        Creator = new(pipeline, Database.Find(new("", "namespaces"))!);
        Updater = new(pipeline);
        quotas.Attach(Updater);
        var deleter = new ObjectDeleter(pipeline);
        var patcher = new ObjectPatcher(pipeline, Creator, Updater);
        namespaces = new(Registry, Database, Creator, Updater, deleter, authority.CertificatePem, clock, logger);
        definitions = new(Registry, Database, Updater, deleter, clock, logger);
        disruptions = new(Registry, Database, Updater, clock, logger);
        garbage = new(Registry, Database, Updater, deleter, clock, logger);
        expiry = new(Database, clock);
        aggregator = new(Registry, Database, patcher, clock, logger);
        tokens = new(clock, Database, keys.Tokens);
        Database.Restore(definitionStore.Resource);

        var resources = new ResourceEndpoints(
            Creator,
            Updater,
            patcher,
            deleter,
            new(clock),
            new(clock),
            clock,
            stopping
        );
        var discovery = new DiscoveryEndpoints(Registry, address);
        Handler = new(
            Registry,
            new(authority, tokens),
            new(authorizer),
            authorizer,
            discovery,
            new OpenApiEndpoints(Registry, discovery),
            resources,
            new(
                new(pipeline, Updater),
                new(logs, clock, stopping),
                new(pipeline, tokens, Database, clock),
                new(pipeline, Updater, clock),
                new(pipeline, Registry, Updater, deleter, clock),
                proxy,
                pipeline,
                Updater,
                resources
            ),
            new(authorizer, tokens),
            logger
        );
    }

    public ObjectDatabase Database { get; }

    public ResourceRegistry Registry { get; }

    public ServiceAddresses Addresses { get; }

    public ObjectCreator Creator { get; }

    public ObjectUpdater Updater { get; }

    public RequestHandler Handler { get; }

    /// <summary>Runs the server's own controllers until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(
            Task.Run(() => namespaces.RunAsync(cancellationToken), CancellationToken.None),
            Task.Run(() => definitions.RunAsync(cancellationToken), CancellationToken.None),
            Task.Run(() => disruptions.RunAsync(cancellationToken), CancellationToken.None),
            Task.Run(() => expiry.RunAsync(cancellationToken), CancellationToken.None),
            Task.Run(() => aggregator.RunAsync(cancellationToken), CancellationToken.None),
            Task.Run(() => quotas.RunAsync(cancellationToken), CancellationToken.None),
            Task.Run(() => garbage.RunAsync(cancellationToken), CancellationToken.None)
        );

    public void Dispose()
    {
        tokens.Dispose();
        webhooks.Dispose();
        proxy.Dispose();
    }

    private static ApiResource Definitions(ResourceStore store, CrdStrategy strategy) =>
        new()
        {
            Group = "apiextensions.k8s.io",
            Version = "v1",
            Kind = "CustomResourceDefinition",
            Plural = "customresourcedefinitions",
            Singular = "customresourcedefinition",
            Namespaced = false,
            ShortNames = ["crd", "crds"],
            Categories = ["api-extensions"],
            Store = store,
            Strategy = strategy,
            HasStatus = true,
            Columns = BuiltInColumns.Created,
            Merge = BuiltInMergeSchemas.For("apiextensions.k8s.io", "v1", "CustomResourceDefinition"),
        };
}
