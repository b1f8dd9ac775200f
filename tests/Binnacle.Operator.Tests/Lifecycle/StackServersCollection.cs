namespace Binnacle.Operator.Tests.Lifecycle;

/// <summary>One after the other: an operator takes all stacks of its cluster.</summary>
[CollectionDefinition(Name)]
public sealed class StackServersCollection : ICollectionFixture<StackServers>
{
    public const string Name = "stack servers";
}
